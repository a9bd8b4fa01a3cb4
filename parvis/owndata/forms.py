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


class MovingForm(ArchiveForm):
    """An archive of any place, for the own account."""

    publishes = forms.BooleanField(
        label=_("Publish the clips that everybody could see there"),
        help_text=_("Otherwise they wait as drafts. Those of people under 18 are for themselves alone at first."),
        required=False,
    )
    is_found = forms.BooleanField(
        label=_("Let people from there find me by the name I had"),
        help_text=_("Only those who bring an archive in which that name stands. From 18 on."),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Say which archives are taken."""
        super().__init__(*args, **kwargs)
        self.fields["archive"].help_text = _("The file that you were given, as it is: a zip, JSON or CSV file.")
        self.fields["archive"].widget.attrs["accept"] = ".zip,.json,.csv"


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
