"""Taking away what stands on a clip, by decision, and giving it back. What the creator has written since stays."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from parvis.clips import states, storage
from parvis.clips.actions.captions import add_captions, remove_captions
from parvis.clips.actions.publishing import settle
from parvis.clips.models import Caption, Clip, Tag
from parvis.clips.words import Words, words_of

CHUNK: Final = 200  # clips at a time


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
def withhold_tag(*, tag_id: uuid.UUID) -> list[str]:
    """Take a tag from every clip, and from those to come; return the ids of the clips that had it."""
    tag = Tag.objects.select_for_update().get(id=tag_id)
    Tag.objects.filter(id=tag.id).update(is_withheld=True)
    return _settle_tagged(Clip.objects.filter(tags__contains=[tag.tag]))


@transaction.atomic
def give_back_tag(*, tag_id: uuid.UUID, clips: Iterable[str]) -> None:
    """Undo `withhold_tag`: the clips that had the tag have it again, if their words still say it."""
    Tag.objects.filter(id=tag_id).update(is_withheld=False)
    _settle_tagged(Clip.objects.filter(id__in=list(clips)))


def _settle_tagged(clips: QuerySet[Clip]) -> list[str]:
    """Make the tags of clips anew, one after the other in the order of their ids."""
    rows = clips.exclude(publication=states.DELETED).select_for_update(of=("self",)).select_related("creator")
    settled = []
    for clip in rows.order_by("id").iterator(CHUNK):
        settle(clip, words=words_of(clip), was_open=clip.is_open, fields=[])
        settled.append(str(clip.id))
    return settled


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
