"""What people write when they report, appeal and decide."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from parvis.safety import states
from parvis.safety.actions import Verdict
from parvis.safety.models import FACTS_LONGEST, WORDS_LONGEST
from parvis.safety.reasons import CATEGORIES, Category
from parvis.safety.words import GROUNDS, ON_ACCOUNT, ON_THING, ROLE_WORDS


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "dir": "auto"})


class ReportForm(forms.Form):
    """The second step of a report: which reason of a category, and what else there is to say."""

    reason = forms.ChoiceField(label=_("What is it exactly?"), widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("What should we know?"),
        help_text=_("Only moderators read this. You need not give your name."),
        max_length=WORDS_LONGEST,
        required=False,
        widget=_area(3),
    )

    def __init__(self, *args: Any, category: Category, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = [(one.code, one.words) for one in category.reasons]  # type: ignore[attr-defined]


class AppealForm(forms.Form):
    """Why a decision should be looked at again."""

    words = forms.CharField(
        label=_("Why is the decision wrong?"),
        help_text=_("A moderator who has not seen this case before reads it."),
        max_length=WORDS_LONGEST,
        widget=_area(5),
        error_messages={"required": _("Please say in a few words why.")},
    )


class VerdictForm(forms.Form):
    """What a moderator decides. `measures` are those that the thing can have."""

    on_thing = forms.ChoiceField(label=_("The thing"), required=False, widget=forms.RadioSelect)
    on_account = forms.ChoiceField(label=_("The account"), required=False, widget=forms.RadioSelect)
    days = forms.TypedChoiceField(label=_("Suspended for"), coerce=int, required=False, empty_value=None)
    ground = forms.ChoiceField(label=_("On what ground"), required=False, widget=forms.RadioSelect)
    reason = forms.ChoiceField(label=_("Why"), required=False)
    rule = forms.CharField(
        label=_("Which law or rule"),
        help_text=_("For a law, name it and the article."),
        max_length=500,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    facts = forms.CharField(
        label=_("Facts and circumstances"),
        help_text=_("The person concerned reads this. Name nobody who reported."),
        max_length=FACTS_LONGEST,
        required=False,
        widget=_area(4),
    )

    def __init__(self, *args: Any, measures: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: dict[str, Any] = {
            "on_thing": [("", _("Leave it"))] + [(one, ON_THING[one]) for one in measures],
            "on_account": [("", _("Nothing")), *ON_ACCOUNT.items()],
            "days": [(days, _days(days)) for days in states.SUSPENSIONS],
            "ground": list(GROUNDS.items()),
            "reason": [("", "—")] + [(str(one.words), [(r.code, r.words) for r in one.reasons]) for one in CATEGORIES],
        }
        for name, values in choices.items():
            self.fields[name].choices = values  # type: ignore[attr-defined]

    def verdict(self) -> Verdict:
        """Return what the valid form asks for; parts that only a measure needs are dropped without one."""
        said = dict(self.cleaned_data)
        if not (said["on_thing"] or said["on_account"]):
            said |= {"ground": "", "reason": "", "rule": ""}
        return Verdict(**said | {"days": said["days"] or 0 if said["on_account"] == states.SUSPEND else 0})


def _days(days: int) -> str:
    return ngettext("%(days)d day", "%(days)d days", days) % {"days": days}


class HearingForm(forms.Form):
    """What comes of an appeal."""

    outcome = forms.ChoiceField(
        label=_("What comes of it"),
        choices=[(states.UPHELD, _("The decision stands")), (states.REVERSED, _("The decision is reversed"))],
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label=_("Why"),
        help_text=_("The person concerned reads this."),
        max_length=FACTS_LONGEST,
        widget=_area(4),
        error_messages={"required": _("Please say in a few words why.")},
    )


class RoleForm(forms.Form):
    """Who gets a role."""

    handle = forms.CharField(
        label=_("Handle"), max_length=25, widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"})
    )
    role = forms.ChoiceField(label=_("Role"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = list(ROLE_WORDS.items())  # type: ignore[attr-defined]


class WordsForm(forms.Form):
    """A creator's own words, one a line."""

    words = forms.CharField(
        label=_("Words, one a line"),
        help_text=_("Comments that say one of them wait until you let them be seen. Only you see this list."),
        required=False,
        max_length=12_500,
        widget=_area(6),
    )


class WordForm(forms.Form):
    """A word, phrase or tag for the operator's list."""

    word = forms.CharField(
        label=_("Word, phrase or tag"),
        help_text=_("Nobody can post it here. Spaced, stretched and disguised spellings are found where possible."),
        max_length=60,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )
