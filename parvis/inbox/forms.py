"""What people set about their inbox."""

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from parvis.accounts.notices import declared
from parvis.inbox.actions.messages import Draft
from parvis.inbox.actions.notices import Channels, known_kinds
from parvis.inbox.errors import BadAudience
from parvis.inbox.models.chats import MEMBERS_MOST, TEXT_LONGEST, TITLE_LONGEST
from parvis.inbox.models.notices import DAILY, EVERYONE, FOLLOWED, NEVER, NOBODY, WEEKLY
from parvis.kit.ids import uuid7
from parvis.kit.text import plain_text

CHANNELS: Final = ("app", "push", "digest")


def chosen(data: Mapping[str, Any]) -> dict[str, Channels]:
    """Return what the table of kinds and channels says: each box is named `KIND.CHANNEL`, and one that is not ticked is
    not sent. UnknownNoticeKind for a box of a kind that there is not."""
    boxes = [name.rpartition(".") for name in data]
    known_kinds(kind for kind, _dot, channel in boxes if kind and channel in CHANNELS)
    return {name: Channels(*(f"{name}.{channel}" in data for channel in CHANNELS)) for name in declared()}


class QuietForm(forms.Form):
    """Quiet hours, in the time zone that the browser tells, and how often letters come (left out: as it was)."""

    digest = forms.ChoiceField(
        label=_("How often"),
        choices=[(NEVER, _("Never")), (DAILY, _("Every morning")), (WEEKLY, _("Every Monday morning"))],
        required=False,
    )

    quiet_from = forms.TimeField(label=_("From"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    quiet_until = forms.TimeField(label=_("Until"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    zone = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)


class AudienceForm(forms.Form):
    """Who may write to a person."""

    takes = forms.ChoiceField(
        label=_("Who may write to you?"),
        choices=[(EVERYONE, _("Everyone")), (FOLLOWED, _("People I follow")), (NOBODY, _("Nobody new"))],
        widget=forms.RadioSelect,
        error_messages={"required": BadAudience.message, "invalid_choice": BadAudience.message},
    )


class MessageForm(forms.Form):
    """A message: a text, a clip or a picture, and the page's own `nonce` for it, so that a repeat sends once."""

    text = forms.CharField(label=_("Message"), required=False, strip=False, widget=forms.Textarea)
    clip = forms.UUIDField(required=False)
    picture = forms.FileField(required=False)
    nonce = forms.UUIDField(required=False)

    def clean_text(self) -> str:
        """Return the text as it is stored."""
        text = plain_text(self.cleaned_data["text"])
        if len(text) > TEXT_LONGEST:
            raise forms.ValidationError(
                _("Please say it in at most %(limit_value)d characters."), "max_length", {"limit_value": TEXT_LONGEST}
            )
        return text

    def clean(self) -> dict[str, Any]:
        """Refuse a message that says nothing."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not (cleaned["text"] or cleaned["clip"] or cleaned["picture"]):
            raise forms.ValidationError(_("Please write something first."), "required")
        return cleaned

    def draft(self) -> Draft:
        """Return what is to be sent."""
        picture = self.cleaned_data["picture"]
        return Draft(
            nonce=self.cleaned_data["nonce"] or uuid7(),
            text=self.cleaned_data["text"],
            clip=self.cleaned_data["clip"],
            picture=picture.read() if picture else None,
        )

    @property
    def why(self) -> str:
        """The first reason why it cannot be sent."""
        return str(next(iter(self.errors.values()))[0])


class GroupForm(forms.Form):
    """People to write to, by handle; with two or more it is a group, which may have a name."""

    people = forms.CharField(
        label=_("To"),
        max_length=1000,
        help_text=_("One handle, or several with spaces between them."),
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off", "autocapitalize": "none"}),
    )
    title = forms.CharField(label=_("Name of the group"), max_length=TITLE_LONGEST, required=False)
    nonce = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def clean_people(self) -> list[str]:
        """Return the handles, each once."""
        handles = self.cleaned_data["people"].replace(",", " ").replace("@", " ").lower().split()
        return list(dict.fromkeys(handles))[: MEMBERS_MOST + 1]

    def clean_title(self) -> str:
        """Return the name in one line."""
        return plain_text(self.cleaned_data["title"]).replace("\n", " ")
