"""Clips, as the API tells of them."""

import uuid
from datetime import datetime
from typing import Annotated, Any, Literal, Self

from ninja import Field, Schema
from pydantic import StrictBool, StringConstraints

from parvis.api.answers import Page
from parvis.api.schemas.people import PersonRef
from parvis.api.schemas.words import NO_NUL, Body
from parvis.clips.cards import Card
from parvis.clips.models import ALT_LONGEST, CAPTION_LONGEST, TITLE_LONGEST
from parvis.clips.queries import OwnClip, Unfinished


class Rendition(Schema):
    """One encoding of a clip (MP4), in pixels and bytes."""

    width: int
    height: int
    url: str
    bytes: int


class Captions(Schema):
    """What is said in a clip, in one language (WebVTT)."""

    language: str
    label: str
    url: str


class Counts(Schema):
    """How often a clip was liked, commented on and shared."""

    likes: int
    comments: int
    shares: int


class Allow(Schema):
    """What others may do with a clip."""

    comments: bool
    duet: bool
    download: bool


class Clip(Schema):
    """A clip as whoever may see it gets it. Files of clips that not everybody may see have signed addresses, good for a
    while; `placeholder` is a data: address of a blurred picture."""

    id: uuid.UUID
    url: str
    creator: PersonRef
    title: str
    caption: str
    tags: list[str]
    mentions: list[str]
    language: str
    alt: str
    duration_ms: int
    width: int
    height: int
    poster: str
    placeholder: str
    renditions: list[Rendition]
    captions: list[Captions]
    counts: Counts
    allow: Allow
    at: datetime | None

    @classmethod
    def of(cls, card: Card, counts: tuple[int, int, int]) -> Self:
        """Return a clip from its card and its counts (likes, comments, shares)."""
        creator = PersonRef(handle=card.handle, name=card.name, avatar=card.avatar, url=f"/@{card.handle}")
        same = {name: getattr(card, name) for name in SAME}
        likes, comments, shares = counts
        return cls.model_validate({
            **same, "url": f"/c/{card.id}", "creator": creator.model_dump(), "tags": list(card.tags),
            "mentions": list(card.mentions), "counts": {"likes": likes, "comments": comments, "shares": shares},
        })  # fmt: skip


SAME = (
    "id", "title", "caption", "language", "alt", "duration_ms", "width", "height", "poster", "placeholder",
    "renditions", "captions", "allow", "at",
)  # fmt: skip


class Clips(Page):
    """A page of clips."""

    items: list[Clip]


class Step(Schema):
    """One step of making a clip; `state` is done, running, waiting or failed."""

    name: str
    label: str
    state: str
    percent: int | None


class OwnClipItem(Clip):
    """A clip as its creator gets it: also how it stands with it."""

    audience: str
    processing: str
    publication: str
    scheduled_for: datetime | None
    message: str
    is_moving: bool
    may_retry: bool

    @classmethod
    def of_own(cls, own: OwnClip, counts: tuple[int, int, int]) -> Self:
        """Return a clip for its creator."""
        return cls.model_validate(cls._told(own, counts))

    @classmethod
    def _told(cls, own: OwnClip, counts: tuple[int, int, int]) -> dict[str, Any]:
        shared = Clip.of(own.card, counts).model_dump()
        return {
            **shared, "audience": own.clip.audience, "processing": own.clip.processing,
            "publication": own.clip.publication, "scheduled_for": own.clip.scheduled_for, "message": own.message,
            "is_moving": own.is_moving, "may_retry": own.may_retry,
        }  # fmt: skip


class OwnClipOut(OwnClipItem):
    """One clip for its creator, with the steps of making it."""

    steps: list[Step]

    @classmethod
    def _told(cls, own: OwnClip, counts: tuple[int, int, int]) -> dict[str, Any]:
        return {**super()._told(own, counts), "steps": [vars(step) for step in own.steps]}


class OwnClips(Page):
    """A page of the caller's own clips."""

    items: list[OwnClipItem]


class ClipChange(Body):
    """What to change of a clip; what is left out stays."""

    title: Annotated[str, StringConstraints(pattern=NO_NUL, max_length=TITLE_LONGEST)] | None = None
    caption: Annotated[str, StringConstraints(pattern=NO_NUL, max_length=CAPTION_LONGEST)] | None = None
    alt: Annotated[str, StringConstraints(pattern=NO_NUL, max_length=ALT_LONGEST)] | None = None
    language: Annotated[str, StringConstraints(pattern=NO_NUL, max_length=35)] | None = None
    audience: Literal["everyone", "followers", "me"] | None = None
    allow_comments: StrictBool | None = None
    allow_duet: StrictBool | None = None
    allow_download: StrictBool | None = None


class Publication(Body):
    """Where to move a clip; `at` with "scheduled" only."""

    to: Literal["published", "scheduled", "draft", "hidden"]
    at: datetime | None = None


class CaptionsIn(Body):
    """A WebVTT file as text."""

    vtt: Annotated[str, StringConstraints(pattern=NO_NUL, min_length=6, max_length=512 * 1024)]


class UploadOut(Schema):
    """An upload that waits for the rest of its file; go on at `url` by tus 1.0.0."""

    id: uuid.UUID
    url: str
    clip: uuid.UUID
    filename: str
    length: int
    offset: int
    expires_at: datetime

    @classmethod
    def of(cls, one: Unfinished) -> Self:
        """Return an upload."""
        row = one.upload
        return cls(
            id=row.id, url=f"/uploads/{row.id}", clip=row.clip_id, filename=one.filename, length=row.length,
            offset=row.offset, expires_at=row.expires_at,
        )  # fmt: skip


class Uploads(Page):
    """The caller's unfinished uploads."""

    items: list[UploadOut]
    create: str = Field(description="Where to begin an upload by tus 1.0.0 (https://tus.io).")
    most_bytes: int
    most_seconds: int
