"""What people write around their own data."""

from django import forms
from django.utils.translation import gettext_lazy as _


class DeleteForm(forms.Form):
    """The own handle, written out."""

    handle = forms.CharField(label=_("Write your @name to go on"), max_length=30)
