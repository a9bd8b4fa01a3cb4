"""What the player needs of a clip, and the rows that a recommender reads."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, NamedTuple

from babel import Locale, UnknownLocaleError
from django.db import connection
from django.db.models import F, FloatField, Func, Prefetch, QuerySet

from parvis.cells.markets import ADULT_AGE
from parvis.clips import signatures, states
from parvis.clips.models import Caption, Clip, Rendition
from parvis.clips.policies import audience_of
from parvis.clips.words import tags_of, words_of


class FeedRow(NamedTuple):
    """What the recommender needs of one clip; no private value in it. `audience` is never "me", and
    "followers" of a clip that moderators let nobody else be recommended."""

    id: uuid.UUID
    creator: uuid.UUID
    home: str
    language: str
    tags: tuple[str, ...]
    sound: uuid.UUID | None
    duration_ms: int
    published_at: datetime
    audience: str
    minimum_age: int = 0


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
    is_covered: bool = False
    is_for_adults: bool = False

    @property
    def is_for_all(self) -> bool:
        """Whether anybody at all may read its files."""
        return self.audience == states.EVERYONE and not (self.is_covered or self.is_for_adults)


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
        "id",
        "creator_id",
        "home",
        "language",
        "tags",
        "duration_ms",
        _seconds(),
        "audience",
        "creator__is_private",
        "is_sensitive",
        "limits",
    )
    found = columns.iterator(chunk_size=5000) if ids is None else iter(columns)
    for id_, creator, home, language, tags, duration, at, audience, private, sensitive, limits in found:
        seen_by = states.FOLLOWERS if private or states.UNRECOMMENDED in limits else audience
        age = ADULT_AGE if sensitive or {states.ADULTS, states.SENSITIVE}.intersection(limits) else 0
        primary = language.split("-", 1)[0]
        yield FeedRow(id_, creator, home, primary, tuple(tags), None, duration, moment(at), seen_by, age)


def _seconds() -> Func:
    """When a clip was published, as a number: a moment as text costs thirty times as much to read."""
    return Func(F("published_at"), template="extract(epoch from %(expressions)s)::float8", output_field=FloatField())


def moment(seconds: float) -> datetime:
    """Return a moment from its seconds since 1970, exact to the microsecond."""
    return datetime.fromtimestamp(seconds, UTC)


def with_files(clips: QuerySet[Clip]) -> QuerySet[Clip]:
    """Load creators, renditions and captions with clips: three queries for any number."""
    return clips.select_related("creator").prefetch_related(
        Prefetch("renditions", Rendition.objects.filter(retired_at__isnull=True).order_by("width", "height")),
        Prefetch("captions", Caption.objects.order_by("language")),
    )


# The view holds what `open_clips` gives, in columns that anybody may read: migration clips/0002 says which.
CARDS = """
select id, creator_id, handle, display_name, avatar_key, title, caption, tags, mentions, language, alt, duration_ms,
  width, height, poster, placeholder, allow_comments, allow_duet, allow_download, audience,
  extract(epoch from published_at)::float8, is_covered, is_for_adults
from clips_open where id = any(%s)
"""


def cards(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Card]:
    """Return the cards of those of `ids` that a feed may show, in three queries of public columns. As `card_of`, from
    plain values: the hundred thousand cards that a feed reads ahead would cost minutes as objects."""
    with connection.cursor() as cursor:
        cursor.execute(CARDS, [list(ids)])
        rows = cursor.fetchall()
    renditions: dict[uuid.UUID, list[tuple[int, int, str, int]]] = defaultdict(list)
    files = Rendition.objects.filter(clip_id__in=list(ids), retired_at__isnull=True).order_by("width", "height")
    for clip, width, height, file, size in files.values_list("clip_id", "width", "height", "file", "bytes"):
        renditions[clip].append((width, height, file, size))
    captions: dict[uuid.UUID, list[tuple[str, str]]] = defaultdict(list)
    for clip, *text in (
        Caption.objects.filter(clip_id__in=list(ids)).order_by("language").values_list("clip_id", "language", "file")
    ):
        captions[clip].append((text[0], text[1]))
    return {row[0]: _card(row, renditions[row[0]], captions[row[0]]) for row in rows}


def _card(row: tuple[Any, ...], renditions: list[tuple[int, int, str, int]], captions: list[tuple[str, str]]) -> Card:
    (
        id_, creator, handle, name, avatar, title, caption, tags, mentions, language, alt, duration, width, height,
        poster, placeholder, comments, duet, download, seen_by, at, covered, adults,
    ) = row  # fmt: skip
    scope = "" if seen_by == states.EVERYONE and not (covered or adults) else signatures.FOLLOWER
    return Card(
        id=id_, creator=creator, handle=handle, name=name or handle, avatar=f"/avatars/{avatar}" if avatar else None,
        title=title, caption=caption, tags=tuple(tags), mentions=tuple(mentions), language=language, alt=alt,
        duration_ms=duration, width=width, height=height,
        poster=signatures.media_url(id_, poster, scope) if poster else "", placeholder=placeholder,
        renditions=[_rendition(id_, *one, scope) for one in renditions],
        captions=[_captions(id_, *one, scope) for one in captions],
        allow={"comments": comments, "duet": duet, "download": download}, audience=seen_by, at=moment(at),
        is_covered=covered, is_for_adults=adults,
    )  # fmt: skip


def _rendition(clip: uuid.UUID, width: int, height: int, file: str, size: int, scope: str) -> dict[str, Any]:  # noqa: PLR0917
    return {"width": width, "height": height, "url": signatures.media_url(clip, file, scope), "bytes": size}


def _captions(clip: uuid.UUID, language: str, file: str, scope: str) -> dict[str, str]:
    return {
        "language": language,
        "label": language_name(language),
        "url": signatures.media_url(clip, file, scope),
    }


def scope_for(clip: Clip, *, own: bool) -> str:
    """Which signature the files of a clip need, for its creator or for somebody who may see it."""
    if clip.is_open and audience_of(clip) == states.EVERYONE and not (clip.is_covered or clip.is_for_adults):
        return ""
    return signatures.OWNER if own else signatures.FOLLOWER


def poster_of(clip: Clip, *, own: bool = False) -> str:
    """Return the address of a clip's poster, for its creator or for somebody who may see it; empty without one."""
    return signatures.media_url(clip.id, clip.poster, scope_for(clip, own=own)) if clip.poster else ""


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
        poster=poster_of(clip, own=own),
        placeholder=clip.placeholder,
        renditions=[
            _rendition(clip.id, one.width, one.height, one.file, one.bytes, scope) for one in clip.renditions.all()
        ],
        captions=[_captions(clip.id, one.language, one.file, scope) for one in clip.captions.all()],
        allow={"comments": clip.allow_comments, "duet": clip.allow_duet, "download": clip.allow_download},
        audience=audience_of(clip),
        at=clip.published_at,
        is_covered=clip.is_covered,
        is_for_adults=clip.is_for_adults,
    )


def veiled(card: Card) -> Card:
    """Return a card without its film and its picture, for who may not uncover it."""
    return replace(card, renditions=[], captions=[], poster="")


def language_name(tag: str) -> str:
    """Return a language's name in itself, as captions menus show it."""
    try:
        name = Locale.parse(tag, sep="-").get_display_name()
    except (UnknownLocaleError, ValueError):
        name = None
    return name[:1].upper() + name[1:] if name else tag
