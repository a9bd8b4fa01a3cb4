"""What the player needs of a clip, and the rows that a recommender reads."""

import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from babel import Locale, UnknownLocaleError
from django.db.models import Prefetch, QuerySet

from parvis.clips import signatures, states
from parvis.clips.models import Caption, Clip, Rendition
from parvis.clips.policies import audience_of
from parvis.clips.words import tags_of, words_of


@dataclass(frozen=True, slots=True)
class FeedRow:
    """What the recommender needs of one clip; no private value in it. `audience` is never "me"."""

    id: uuid.UUID
    creator: uuid.UUID
    home: str
    language: str
    tags: tuple[str, ...]
    sound: uuid.UUID | None
    duration_ms: int
    published_at: datetime
    audience: str


@dataclass(frozen=True, slots=True)
class Card:
    """What the player needs of one clip. Files of a clip that not everybody may see have signed addresses."""

    id: uuid.UUID
    creator: uuid.UUID
    handle: str
    name: str
    avatar: str | None
    title: str
    caption: str
    tags: tuple[str, ...]
    mentions: tuple[str, ...]
    language: str
    alt: str
    duration_ms: int
    width: int
    height: int
    poster: str
    placeholder: str
    renditions: list[dict[str, Any]]
    captions: list[dict[str, str]]
    allow: dict[str, bool]
    audience: str
    at: datetime | None


def open_clips() -> QuerySet[Clip]:
    """Clips that somebody else than their creator may see."""
    return Clip.objects.filter(
        publication=states.PUBLISHED, published_at__isnull=False, creator__is_active=True
    ).exclude(audience=states.ME)


def feed_rows(ids: Iterable[uuid.UUID] | None = None) -> Iterator[FeedRow]:
    """Yield every clip that a feed may show, oldest first, streamed; or of those only `ids`."""
    rows = open_clips().order_by("published_at", "id")
    if ids is not None:
        rows = rows.filter(id__in=list(ids))
    columns = rows.values_list(
        "id", "creator_id", "home", "language", "tags", "duration_ms", "published_at", "audience", "creator__is_private"
    )
    found = columns.iterator(chunk_size=5000) if ids is None else iter(columns)
    for id_, creator, home, language, tags, duration, at, audience, private in found:
        seen_by = states.FOLLOWERS if private else audience
        primary = language.split("-", 1)[0]
        assert at is not None  # `open_clips` asks for it
        yield FeedRow(id_, creator, home, primary, tuple(tags), None, duration, at, seen_by)


def with_files(clips: QuerySet[Clip]) -> QuerySet[Clip]:
    """Load creators, renditions and captions with clips: three queries for any number."""
    return clips.select_related("creator").prefetch_related(
        Prefetch("renditions", Rendition.objects.filter(retired_at__isnull=True).order_by("width", "height")),
        Prefetch("captions", Caption.objects.order_by("language")),
    )


def cards(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Card]:
    """Return the cards of those of `ids` that a feed may show, in three queries."""
    return {clip.id: card_of(clip) for clip in with_files(open_clips().filter(id__in=list(ids)))}


def scope_for(clip: Clip, *, own: bool) -> str:
    """Which signature the files of a clip need, for its creator or for somebody who may see it."""
    if clip.is_open and audience_of(clip) == states.EVERYONE:
        return ""
    return signatures.OWNER if own else signatures.FOLLOWER


def card_of(clip: Clip, *, own: bool = False) -> Card:
    """Return the card of a clip that was loaded `with_files`, for its creator or for somebody who may see it."""
    scope = scope_for(clip, own=own)
    words = words_of(clip)
    return Card(
        id=clip.id,
        creator=clip.creator_id,
        handle=clip.creator.handle,
        name=clip.creator.name,
        avatar=f"/avatars/{clip.creator.avatar_key}" if clip.creator.avatar_key else None,
        title=words.title,
        caption=words.caption,
        tags=tuple(clip.tags if clip.is_open else tags_of(words.caption)),
        mentions=tuple(clip.mentions),
        language=clip.language,
        alt=words.alt,
        duration_ms=clip.duration_ms,
        width=clip.width,
        height=clip.height,
        poster=signatures.media_url(clip.id, clip.poster, scope) if clip.poster else "",
        placeholder=clip.placeholder,
        renditions=[
            {
                "width": one.width,
                "height": one.height,
                "url": signatures.media_url(clip.id, one.file, scope),
                "bytes": one.bytes,
            }
            for one in clip.renditions.all()
        ],
        captions=[
            {
                "language": one.language,
                "label": language_name(one.language),
                "url": signatures.media_url(clip.id, one.file, scope),
            }
            for one in clip.captions.all()
        ],
        allow={"comments": clip.allow_comments, "duet": clip.allow_duet, "download": clip.allow_download},
        audience=audience_of(clip),
        at=clip.published_at,
    )


def language_name(tag: str) -> str:
    """Return a language's name in itself, as captions menus show it."""
    try:
        name = Locale.parse(tag, sep="-").get_display_name()
    except (UnknownLocaleError, ValueError):
        name = None
    return name[:1].upper() + name[1:] if name else tag
