"""What people fill in: shapes and messages."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from parvis.connect.errors import BadAddress
from parvis.connect.policies import check_redirect_uri

MOST_ADDRESSES = 10


class AppForm(forms.Form):
    """What is said of an app, and where it may have people sent back to."""

    name = forms.CharField(label=_("Name"), max_length=60, help_text=_("People see it when the app asks to be let in."))
    website = forms.URLField(
        label=_("Website"),
        max_length=200,
        required=False,
        assume_scheme="https",
        help_text=_("Where people can read what the app is. It may stay empty."),
    )
    redirect_uris = forms.CharField(
        label=_("Where people return to"),
        max_length=5000,
        help_text=_("One whole address on each line, such as https://app.example/back."),
        widget=forms.Textarea(attrs={"rows": 3, "dir": "ltr", "spellcheck": "false", "autocapitalize": "none"}),
    )

    def clean_redirect_uris(self) -> list[str]:
        """Return the addresses, each once."""
        lines = list(dict.fromkeys(str(self.cleaned_data["redirect_uris"]).split()))
        if len(lines) > MOST_ADDRESSES:
            raise forms.ValidationError(_("At most ten addresses, please."))
        for line in lines:
            try:
                check_redirect_uri(line)
            except BadAddress as error:
                raise forms.ValidationError(str(error)) from error
        return lines

    def clean_website(self) -> str:
        """Return the address, which is a page's."""
        website = str(self.cleaned_data["website"])
        if website and not website.startswith(("https://", "http://")):
            raise forms.ValidationError(_("Please give the address of a web page."))
        return website


class NewAppForm(AppForm):
    """An app, and where it runs: that cannot be changed."""

    keeps_secret = forms.TypedChoiceField(
        label=_("Where it runs"),
        coerce=lambda value: value == "server",
        initial="server",
        choices=[
            ("server", _("On a server of its own, where it keeps a secret")),
            ("device", _("On people's devices: it can keep no secret")),
        ],
        widget=forms.RadioSelect,
    )


def said(form: AppForm) -> dict[str, Any]:
    """Return what was filled in, as the actions take it."""
    return {name: form.cleaned_data[name] for name in form.fields}
