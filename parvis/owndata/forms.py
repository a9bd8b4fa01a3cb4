"""What people write around their own data."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class DeleteForm(forms.Form):
    """The own handle, written out."""

    handle = forms.CharField(label=_("Write your @name to go on"), max_length=30)


class ArchiveForm(forms.Form):
    """An archive for the own account."""

    archive = forms.FileField(
        label=_("Your archive"),
        help_text=_("The file that you downloaded from Parvis, as it is."),
        widget=forms.ClearableFileInput(attrs={"accept": ".zip,application/zip"}),
    )


class BringForm(ArchiveForm):
    """An archive whose account is to be opened here."""

    password = forms.CharField(
        label=_("A password for this square"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )
    handle = forms.CharField(
        label=_("Another @name"),
        help_text=_("Only if the one in the archive is taken here."),
        required=False,
        max_length=30,
    )

    def refuse(self, error: Any) -> None:
        """Say why the archive was refused."""
        self.add_error(None, str(error))
