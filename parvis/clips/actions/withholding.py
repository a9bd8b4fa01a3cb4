"""Taking away what stands on a clip, by decision, and giving it back. What the creator has written since stays."""

import uuid
from collections.abc import Mapping
from dataclasses import asdict, replace

from django.db import transaction

from parvis.clips import states, storage
from parvis.clips.actions.captions import add_captions, remove_captions
from parvis.clips.actions.publishing import settle
from parvis.clips.models import Caption, Clip
from parvis.clips.words import Words, words_of


def _locked(clip_id: uuid.UUID) -> Clip | None:
    there = Clip.objects.select_for_update().exclude(publication=states.DELETED)
    return there.filter(id=clip_id).select_related("creator").first()


@transaction.atomic
def withhold_words(*, clip_id: uuid.UUID) -> dict[str, str]:
    """Take title, caption and alternative text from a clip; return them."""
    clip = _locked(clip_id)
    if clip is None:
        return {}
    said = asdict(words_of(clip))
    settle(clip, words=Words(), was_open=clip.is_open, fields=[])
    return said


@transaction.atomic
def give_back_words(*, clip_id: uuid.UUID, words: Mapping[str, str]) -> None:
    """Undo `withhold_words`."""
    clip = _locked(clip_id)
    if clip is None:
        return
    found = words_of(clip)
    missing = {name: text for name, text in words.items() if not getattr(found, name)}
    settle(clip, words=replace(found, **missing), was_open=clip.is_open, fields=[])


@transaction.atomic
def withhold_captions(*, clip_id: uuid.UUID) -> dict[str, str]:
    """Take its captions from a clip; return their text (WebVTT) by language."""
    clip = _locked(clip_id)
    if clip is None:
        return {}
    rows = Caption.objects.filter(clip=clip).order_by("language")
    texts = {row.language: storage.read(storage.file_name(clip.id, row.file)).decode() for row in rows}
    for language in texts:
        remove_captions(creator=clip.creator_id, clip_id=clip.id, language=language)
    return texts


@transaction.atomic
def give_back_captions(*, clip_id: uuid.UUID, texts: Mapping[str, str]) -> None:
    """Undo `withhold_captions`."""
    clip = _locked(clip_id)
    if clip is None:
        return
    there = set(clip.captions.values_list("language", flat=True))
    for language, text in texts.items():
        if language not in there:
            add_captions(creator=clip.creator_id, clip_id=clip.id, language=language, data=text.encode())
