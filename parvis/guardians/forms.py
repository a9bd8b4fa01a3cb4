"""What people fill in about family links."""

from datetime import time
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from parvis.accounts.bounds import AUDIENCES
from parvis.guardians import words
from parvis.guardians.policies import Wish, tags_from

MINUTES: Final = (15, 30, 45, 60, 90, 120, 180)
BREAKS: Final = (10, 15, 20, 30)
PLAIN: Final = {"autocapitalize": "none", "autocomplete": "off", "spellcheck": "false"}


class CodeForm(forms.Form):
    """The code that a teen shows."""

    code = forms.CharField(
        label=_("Their code"),
        help_text=_("They find it under Settings → Family."),
        max_length=20,
        widget=forms.TextInput(attrs={**PLAIN, "class": "input code", "autocapitalize": "characters", "dir": "ltr"}),
    )


class NameForm(forms.Form):
    """Somebody to ask by name."""

    handle = forms.CharField(
        label=_("Their handle"), max_length=25, widget=forms.TextInput(attrs={**PLAIN, "dir": "ltr"})
    )


def _time(label: Any) -> forms.TimeField:
    return forms.TimeField(label=label, required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))


class RulesForm(forms.Form):
    """What a guardian sets. Empty, or as the teen chooses: nothing is set."""

    minutes = forms.TypedChoiceField(label=_("The feed ends after"), required=False, coerce=int, empty_value=None)
    break_after = forms.TypedChoiceField(label=_("A break is due after"), required=False, coerce=int, empty_value=None)
    quiet_from = _time(_("Quiet from"))
    quiet_until = _time(_("Quiet until"))
    is_kept_private = forms.BooleanField(
        label=_("The account stays private"),
        help_text=_("Only people whom they accept see their clips."),
        required=False,
    )
    messages = forms.ChoiceField(label=_("Who may write to them"))
    comments = forms.ChoiceField(label=_("Who may comment on their clips"))
    tags = forms.CharField(
        label=_("Tags that no feed shows"),
        help_text=_("With spaces between them, such as #diet #betting."),
        required=False,
        max_length=2000,
        widget=forms.TextInput(attrs=PLAIN),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.initial
        self._offer("minutes", [("", _("No limit")), *_with(MINUTES, chosen.get("minutes"), words.of_day)])
        self._offer(
            "break_after", [("", _("As they choose")), *_with(BREAKS, chosen.get("break_after"), words.minutes)]
        )
        for name, said in (("messages", words.MESSAGES), ("comments", words.COMMENTS)):
            first = _("As they choose") if name == "messages" else said[AUDIENCES[0]]
            self._offer(name, [(AUDIENCES[0], first), *((one, said[one]) for one in AUDIENCES[1:])])

    def _offer(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]  # of a field with choices

    def clean(self) -> dict[str, Any]:
        """Quiet hours have both ends, or none."""
        cleaned = super().clean() or {}
        if (cleaned.get("quiet_from") is None) != (cleaned.get("quiet_until") is None):
            self.add_error("quiet_until", _("Please give both hours, or none."))
        return cleaned

    def wish(self) -> Wish:
        """Return what was filled in; the form is valid."""
        said = dict(self.cleaned_data)
        hours = [_minute(said.pop(name)) for name in ("quiet_from", "quiet_until")]
        quiet = None if hours[0] is None or hours[1] is None else (hours[0], hours[1])
        return Wish(**{**said, "tags": tags_from(said["tags"].replace(",", " ").split()), "quiet": quiet})


def initial(wish: Wish) -> dict[str, Any]:
    """Return how the form shows what is set."""
    start, end = wish.quiet or (None, None)
    return {
        "minutes": wish.minutes,
        "break_after": wish.break_after,
        "quiet_from": None if start is None else time(*divmod(start, 60)),
        "quiet_until": None if end is None else time(*divmod(end, 60)),
        "is_kept_private": wish.is_kept_private,
        "messages": wish.messages,
        "comments": wish.comments,
        "tags": " ".join(f"#{tag}" for tag in wish.tags),
    }


def _with(usual: tuple[int, ...], chosen: int | None, say: Any) -> list[tuple[int, str]]:
    return [(one, say(one)) for one in sorted({*usual, *([chosen] if chosen else [])})]


def _minute(at: time | None) -> int | None:
    return None if at is None else at.hour * 60 + at.minute
