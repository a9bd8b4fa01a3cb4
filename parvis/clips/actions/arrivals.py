"""A clip that its creator brings along from elsewhere: posted anew under its id, from its best file."""

import logging
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Final

from django.db import transaction

from parvis.accounts.models import Person
from parvis.clips import states
from parvis.clips.actions.captions import add_captions
from parvis.clips.actions.changes import known_language
from parvis.clips.actions.publishing import CREATOR
from parvis.clips.actions.uploads import begin_upload, check_length, receive
from parvis.clips.errors import NoSuchClip, NotNow
from parvis.clips.models import Clip
from parvis.clips.words import Words, cleaned, place_words
from parvis.kit.errors import ParvisError

log = logging.getLogger(__name__)

SKIP: Final = 1024 * 1024


@dataclass(frozen=True)
class Brought:
    """What its creator says of a clip, as it was elsewhere. A schedule is not kept: the clip is a draft then."""

    id: uuid.UUID
    words: Words
    created_at: datetime
    publication: str = states.DRAFT
    audience: str = states.ME
    hidden_by: str = ""
    language: str = ""
    allow_comments: bool = True
    allow_duet: bool = True
    allow_download: bool = False
    is_sensitive: bool = False


def bring_clip(
    *,
    creator: Person,
    brought: Brought,
    file: IO[bytes] | None,
    size: int,
    captions: Iterable[tuple[str, bytes]] = (),
) -> bool:
    """Post a clip from `size` bytes of `file`, or keep its words as a draft where there is no file. Whether it is new.

    `captions` are languages and their files; those that cannot be read are left. They come before the last byte, with
    which the clip is here: after a crash the next call goes over them again, and on where the file stopped. Raises as
    `begin_upload`, `describe` and `receive` do, and NoSuchClip where the id is another's; nothing is changed then.
    """
    clip = Clip.objects.filter(id=brought.id).first()
    if clip is not None and clip.creator_id != creator.id:
        raise NoSuchClip
    if clip is not None and (clip.processing != states.UPLOADING or file is None):
        return False
    if file is not None:
        check_length(size)
    with transaction.atomic():
        clip = clip or _make(creator, brought, has_file=file is not None)
        if file is None:
            _add(clip, captions)
            return True
        upload = clip.uploads.filter(state=states.OPEN).first()
        if upload is None:
            upload = begin_upload(creator=creator.id, home=creator.home, length=size, clip=clip.id)
    _add(clip, captions)
    left = upload.offset
    while left > 0 and (skipped := file.read(min(left, SKIP))):
        left -= len(skipped)
    receive(upload=upload, offset=upload.offset, stream=file)
    return True


def _add(clip: Clip, captions: Iterable[tuple[str, bytes]]) -> None:
    for language, data in captions:
        try:
            add_captions(creator=clip.creator_id, clip_id=clip.id, language=language, data=data)
        except ParvisError as error:
            log.info("captions did not come along: %s", error.code)


def _make(creator: Person, brought: Brought, *, has_file: bool) -> Clip:
    if brought.audience not in states.AUDIENCES:
        raise NotNow
    publication = brought.publication if has_file else states.DRAFT
    if publication not in {states.PUBLISHED, states.HIDDEN}:
        publication = states.DRAFT
    clip = Clip(
        id=brought.id,
        home=creator.home,
        creator=creator,
        created_at=brought.created_at,
        publication=publication,
        hidden_by=(brought.hidden_by or CREATOR) if publication == states.HIDDEN else "",
        audience=brought.audience,
        language=known_language(brought.language) if brought.language else "",
        allow_comments=brought.allow_comments,
        allow_duet=brought.allow_duet,
        allow_download=brought.allow_download,
        is_sensitive=brought.is_sensitive,
    )
    place_words(clip, cleaned(brought.words))
    clip.save(force_insert=True)
    return clip
