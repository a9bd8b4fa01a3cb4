"""Forms of a clip's pages."""

from datetime import UTC, datetime
from functools import cache

from django import forms
from django.utils.translation import gettext_lazy as _

from parvis.cells.markets import MARKETS
from parvis.clips import states
from parvis.clips.actions import Details
from parvis.clips.cards import language_name
from parvis.clips.models import ALT_LONGEST, CAPTION_LONGEST, TITLE_LONGEST, Clip
from parvis.clips.words import words_of

AUDIENCES = (
    (states.EVERYONE, _("Everyone")),
    (states.FOLLOWERS, _("People who follow me")),
    (states.ME, _("Only me")),
)


@cache
def language_choices() -> list[tuple[str, str]]:
    """Every language that people of some market speak, named in itself."""
    tags = {tag for market in MARKETS.values() for tag in market.languages}
    named = sorted(((tag, language_name(tag)) for tag in tags), key=lambda pair: pair[1].casefold())
    return [("", "—"), *named]


class DetailsForm(forms.Form):
    """What a clip says, whom it is for, and what it allows."""

    title = forms.CharField(
        label=_("Title"),
        max_length=TITLE_LONGEST,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )
    caption = forms.CharField(
        label=_("Caption"),
        help_text=_("Use # for tags and @ to name people."),
        max_length=CAPTION_LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )
    audience = forms.ChoiceField(label=_("Who can see it"), choices=AUDIENCES, widget=forms.RadioSelect)
    language = forms.ChoiceField(
        label=_("Language of the clip"), help_text=_("What is spoken or sung."), required=False
    )
    alt = forms.CharField(
        label=_("Description of the pictures"),
        help_text=_("For people who cannot see them."),
        max_length=ALT_LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )
    is_sensitive = forms.BooleanField(
        label=_("Sensitive"),
        help_text=_("It stays covered until somebody chooses to see it, and is only for adults."),
        required=False,
    )
    allow_comments = forms.BooleanField(label=_("Others may comment"), required=False)
    allow_duet = forms.BooleanField(label=_("Others may use it in their own clips"), required=False)
    allow_download = forms.BooleanField(label=_("Others may download it"), required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["language"].choices = language_choices()  # type: ignore[attr-defined]

    def details(self) -> Details:
        """Return what the valid form asks for."""
        return Details(**self.cleaned_data)


def initial_of(clip: Clip | None, language: str = "") -> dict[str, object]:
    """Return what the form of a clip shows at first; of a new clip, in the person's language, if that is None."""
    if clip is None:
        return {
            "audience": states.EVERYONE,
            "language": language.split("-", 1)[0],
            "allow_comments": True,
            "allow_duet": True,
        }
    words = words_of(clip)
    return {
        "title": words.title,
        "caption": words.caption,
        "alt": words.alt,
        "audience": clip.audience,
        "language": clip.language,
        "allow_comments": clip.allow_comments,
        "allow_duet": clip.allow_duet,
        "allow_download": clip.allow_download,
        "is_sensitive": clip.is_sensitive,
    }


class ScheduleForm(forms.Form):
    """When to publish: `moment` is what the page's script makes of the person's own clock; without it, `at` is UTC."""

    at = forms.DateTimeField(
        label=_("Publish at"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    moment = forms.CharField(required=False, widget=forms.HiddenInput)

    def when(self) -> datetime:
        """Return the moment that the valid form names, aware."""
        try:
            told = datetime.fromisoformat(self.cleaned_data["moment"])
        except ValueError:
            told = self.cleaned_data["at"]
        return told if told.tzinfo else told.replace(tzinfo=UTC)


class CaptionsForm(forms.Form):
    """A captions file and its language."""

    language = forms.ChoiceField(label=_("Language of the captions"))
    file = forms.FileField(
        label=_("Captions file"),
        help_text=_("WebVTT, the format that most subtitle programs write."),
        widget=forms.FileInput(attrs={"accept": ".vtt,text/vtt"}),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["language"].choices = language_choices()[1:]  # type: ignore[attr-defined]
