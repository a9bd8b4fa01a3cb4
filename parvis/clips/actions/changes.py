"""What a creator says about a clip, and its end."""

import uuid
from dataclasses import dataclass, replace
from typing import Final

from babel import Locale, UnknownLocaleError
from django.db import transaction

from parvis.accounts import permits
from parvis.clips import states
from parvis.clips.actions.publishing import own_clip, settle
from parvis.clips.errors import NotNow, UnknownLanguage
from parvis.clips.models import Clip, Upload
from parvis.clips.words import cleaned, words_of
from parvis.events.actions import record
from parvis.kit.clock import now

COLUMNS: Final = ("language", "audience", "allow_comments", "allow_duet", "allow_download", "is_sensitive")


@dataclass(frozen=True)
class Details:
    """What to change; None leaves a thing as it is."""

    title: str | None = None
    caption: str | None = None
    alt: str | None = None
    language: str | None = None
    audience: str | None = None
    allow_comments: bool | None = None
    allow_duet: bool | None = None
    allow_download: bool | None = None
    is_sensitive: bool | None = None


def known_language(tag: str) -> str:
    """Return a language tag (BCP 47) in its usual writing. UnknownLanguage for what CLDR does not know."""
    try:
        return str(Locale.parse(tag.replace("_", "-"), sep="-")).replace("_", "-")
    except (UnknownLocaleError, ValueError) as error:
        raise UnknownLanguage from error


@transaction.atomic
def describe(*, creator: uuid.UUID, clip_id: uuid.UUID, details: Details) -> Clip:
    """Change what an own clip says and allows. BadWords, UnknownLanguage; NotNow for an unknown audience."""
    clip = own_clip(creator, clip_id)
    if details.audience is not None and details.audience not in states.AUDIENCES:
        raise NotNow
    if details.language:
        details = replace(details, language=known_language(details.language))
    was_open, words = clip.is_open, words_of(clip)
    said = {name: value for name in ("title", "caption", "alt") if (value := getattr(details, name)) is not None}
    words = cleaned(replace(words, **said))
    if said:
        permits.ask(permits.Act(creator, permits.SAY, (words.title, words.caption, words.alt)))
    changed = [name for name in COLUMNS if getattr(details, name) is not None]
    for name in changed:
        setattr(clip, name, getattr(details, name))
    settle(clip, words=words, was_open=was_open, fields=changed)
    return clip


@transaction.atomic
def delete(*, creator: uuid.UUID, clip_id: uuid.UUID) -> None:
    """Delete an own clip. Its words are gone at once and its files unreadable; a worker then removes the files."""
    clip = own_clip(creator, clip_id)
    clip.publication, clip.changed_at, clip.scheduled_for = states.DELETED, now(), None
    clip.title = clip.caption = clip.alt = clip.placeholder = ""
    clip.tags, clip.mentions, clip.sealed_words, clip.probe = [], [], None, None
    clip.save()
    Upload.objects.filter(clip=clip, state=states.OPEN).update(state=states.ENDED)
    record("clip.deleted", home=clip.home, actor=clip.creator_id, object=clip.id)
