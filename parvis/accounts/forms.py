"""What people fill in: shapes and messages."""

import unicodedata
from functools import lru_cache
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from parvis.accounts.errors import BadBirthDate, BadHandle, HandleTaken, UnknownLanguage, UnknownMarket, WeakPassword
from parvis.accounts.models import Person
from parvis.accounts.policies import OLDEST
from parvis.accounts.scopes import READ, SCOPES
from parvis.cells.markets import MARKETS
from parvis.kit.clock import now
from parvis.kit.errors import ParvisError

FIELD_OF: dict[type[ParvisError], str] = {
    BadHandle: "handle",
    HandleTaken: "handle",
    BadBirthDate: "birth_date",
    UnknownMarket: "home",
    UnknownLanguage: "language",
    WeakPassword: "password",
}


def _unaccented(name: str) -> str:
    folded = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in folded if not unicodedata.combining(letter))


@lru_cache(maxsize=128)
def _markets_in(language: str) -> tuple[tuple[str, str], ...]:
    names = ((code, market.name(language)) for code, market in MARKETS.items())
    return tuple(sorted(names, key=lambda one: _unaccented(one[1])))


def market_choices() -> tuple[tuple[str, str], ...]:
    """Return (code, name) of every market, named and sorted in the language of the page."""
    return _markets_in(get_language() or "en")


def language_choices() -> list[tuple[str, str]]:
    """Return (code, name) of every language offered, each in itself."""
    return list(settings.LANGUAGES)


class Refusable(forms.Form):
    """A form that can show a refusal of an action beside the field it is about."""

    def refuse(self, error: ParvisError) -> None:
        """Show an error of an action."""
        field = FIELD_OF.get(type(error))
        self.add_error(field if field in self.fields else None, str(error))


def _handle_field(**attributes: str) -> forms.CharField:
    attributes = {"autocapitalize": "none", "autocorrect": "off", "spellcheck": "false", **attributes}
    return forms.CharField(label=_("Handle"), max_length=25, widget=forms.TextInput(attrs=attributes))


def _password_field(label: Any, autocomplete: str, *, required: bool = True) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, widget=widget, strip=False, max_length=256, required=required)


class SignUpForm(Refusable):
    """A new person. `credential` is the passkey that the page's script made; or there is a password."""

    handle = _handle_field(autocomplete="username")
    birth_date = forms.DateField(
        label=_("Date of birth"),
        help_text=_("Stays sealed. Nobody sees it; it only decides what is right for your age."),
        widget=forms.DateInput(attrs={"type": "date", "autocomplete": "bday"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Please enter a date, such as 1990-05-31.")},
    )
    home = forms.ChoiceField(label=_("Home"))
    language = forms.ChoiceField(label=_("Language"))
    password = _password_field(_("Password"), "new-password", required=False)
    credential = forms.CharField(required=False, widget=forms.HiddenInput, max_length=20_000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["handle"].help_text = _("Your public name here, such as alice or jo.berg.")
        if "password" in self.fields:
            self.fields["password"].help_text = _("At least ten characters. A few words in a row are good.")
        self.fields["home"].choices = market_choices()  # type: ignore[attr-defined]
        self.fields["language"].choices = language_choices()  # type: ignore[attr-defined]
        today = now().date()
        self.fields["birth_date"].widget.attrs |= {"max": today.isoformat(), "min": f"{today.year - OLDEST}-01-01"}


class ElsewhereForm(SignUpForm):
    """A new person whom an identity provider knows: what an account here needs beside that."""

    password = None  # type: ignore[assignment]  # how a form of Django's drops a field of its parent
    credential = None  # type: ignore[assignment]


class WelcomeForm(SignUpForm):
    """The first operator. `set_up_code` is asked of visitors from another machine."""

    set_up_code = forms.CharField(
        label=_("Set-up code"),
        help_text=_("It stands in the server's log, so that only whoever runs the server can begin."),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )


class SignInForm(Refusable):
    """Handle and password."""

    handle = _handle_field(autocomplete="username webauthn")
    password = _password_field(_("Password"), "current-password")


class CodeForm(Refusable):
    """A code from an app, from the recovery codes, or from a letter."""

    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "class": "input code"}),
    )


class PasswordForm(Refusable):
    """The password, asked again."""

    password = _password_field(_("Password"), "current-password")


class NewPasswordForm(Refusable):
    """A new password."""

    password = _password_field(_("New password"), "new-password")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = _("At least ten characters. A few words in a row are good.")


class ResetCodeForm(NewPasswordForm):
    """The code of the letter, and a new password."""

    field_order = ("code", "password")
    code = CodeForm.base_fields["code"]


class EmailForm(Refusable):
    """An e-mail address."""

    email = forms.EmailField(
        label=_("E-mail address"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """What everybody sees of a person."""

    class Meta:
        model = Person
        fields = ("display_name", "bio")
        labels = {"display_name": _("Name"), "bio": _("About you")}
        widgets = {
            "display_name": forms.TextInput(attrs={"autocomplete": "name"}),
            "bio": forms.Textarea(attrs={"rows": 3}),
        }


class PrivacyForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """Who may see what a person posts."""

    class Meta:
        model = Person
        fields = ("is_private",)
        labels = {"is_private": _("Private account")}
        help_texts = {"is_private": _("Only people you accept as followers see your clips.")}


class LanguageForm(Refusable):
    """The language of the pages."""

    language = forms.ChoiceField(label=_("Language"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = language_choices()  # type: ignore[attr-defined]


class PasskeyNameForm(Refusable):
    """What a person calls a passkey."""

    name = forms.CharField(label=_("Name"), max_length=40, help_text=_("So that you know it again, such as My phone."))


class TokenForm(Refusable):
    """A token for a program: what the person calls it, what it may do, and for how long."""

    name = forms.CharField(
        label=_("Name"), max_length=60, help_text=_("So that you know it again, such as My backup script.")
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        choices=SCOPES.items,
        initial=[READ],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Please choose at least one.")},
    )
    days = forms.TypedChoiceField(
        label=_("Ends after"),
        coerce=int,
        initial=90,
        choices=[(7, _("A week")), (30, _("A month")), (90, _("Three months")), (365, _("A year"))],
    )
