"""What people set about their inbox."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from parvis.accounts.notices import declared

CHANNELS = ("app", "push", "digest")


def chosen(data: Any) -> dict[str, tuple[bool, bool, bool]]:
    """Return what the table of kinds and channels says: each box is named `KIND.CHANNEL`."""
    return {
        name: (f"{name}.app" in data, f"{name}.push" in data, f"{name}.digest" in data) for name in declared()
    }  # fmt: skip


class QuietForm(forms.Form):
    """Quiet hours, in the time zone that the browser tells."""

    quiet_from = forms.TimeField(label=_("From"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    quiet_until = forms.TimeField(label=_("Until"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    zone = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
