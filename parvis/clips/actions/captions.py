"""Captions: what is said in a clip, as WebVTT, one file for each language."""

import uuid
from functools import partial
from typing import Final

from django.db import transaction

from parvis.clips import states, storage
from parvis.clips.actions.changes import known_language
from parvis.clips.actions.publishing import own_clip, settle
from parvis.clips.errors import BadCaptions, NotNow
from parvis.clips.models import Caption, Clip
from parvis.clips.words import words_of
from parvis.media.errors import MediaError

BYTES_MOST: Final = 512 * 1024
LANGUAGES_MOST: Final = 20


def add_captions(*, creator: uuid.UUID, clip_id: uuid.UUID, language: str, data: bytes) -> Clip:
    """Give an own clip captions in a language, replacing those it has. BadCaptions, UnknownLanguage.

    The file is stored before its row: a crash in between leaves an orphan for the sweep, never a row without a file.
    """
    from parvis.media.captions import clean_captions

    language = known_language(language)
    if len(data) > BYTES_MOST:
        raise BadCaptions(line=1)
    try:
        vtt = clean_captions(data)
    except MediaError as error:
        raise BadCaptions(line=error.params.get("line", 1)) from error
    with transaction.atomic():
        clip = own_clip(creator, clip_id)
        if clip.captions.exclude(language=language).count() >= LANGUAGES_MOST:
            raise NotNow
        file = storage.captions_file(language, vtt)
        storage.put(storage.file_name(clip.id, file), vtt)
        old = set(clip.captions.filter(language=language).values_list("file", flat=True)) - {file}
        Caption.objects.update_or_create(
            clip=clip, language=language, defaults={"home": clip.home, "creator_id": creator, "file": file}
        )
        _told(clip, old)
    return clip


def remove_captions(*, creator: uuid.UUID, clip_id: uuid.UUID, language: str) -> Clip:
    """Take the captions of a language from an own clip; nothing happens if it has none."""
    with transaction.atomic():
        clip = own_clip(creator, clip_id)
        gone = set(clip.captions.filter(language=language).values_list("file", flat=True))
        clip.captions.filter(language=language).delete()
        if gone:
            _told(clip, gone)
    return clip


def _told(clip: Clip, unused: set[str]) -> None:
    if clip.publication != states.DELETED:
        settle(clip, words=words_of(clip), was_open=clip.is_open, fields=[])
    for file in unused:
        transaction.on_commit(partial(storage.delete, storage.file_name(clip.id, file)))
