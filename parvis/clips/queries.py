"""Everything that reads clips. `for_viewer` is the only door to what somebody sees."""

import uuid
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from parvis.accounts.models import Person
from parvis.accounts.queries import apart_from, are_apart
from parvis.accounts.viewer import Viewer
from parvis.cells.keys import unseal
from parvis.clips import states, storage
from parvis.clips.cards import (
    Card,
    FeedRow,
    card_of,
    cards,
    feed_rows,
    language_name,
    open_clips,
    poster_of,
    veiled,
    with_files,
)
from parvis.clips.errors import NoSuchClip, NoSuchUpload
from parvis.clips.models import FILENAME, Caption, Clip, Tag, Upload
from parvis.clips.policies import is_adult, is_own, may_see, may_uncover
from parvis.clips.progress import Step, is_moving, may_retry, message_of, steps_of
from parvis.clips.words import normal_tag
from parvis.kit.clock import now
from parvis.kit.paging import Place

__all__ = [
    "Card",
    "ClipsPage",
    "FeedRow",
    "OwnClip",
    "Unfinished",
    "caption_text",
    "card_of",
    "cards",
    "feed_rows",
    "first_with",
    "for_viewer",
    "hold",
    "language_name",
    "newest_upload",
    "own_upload",
    "page_by",
    "register_follow_check",
    "tag_named",
    "tags_of_clip",
    "those_who_may_see",
    "unfinished_uploads",
]

FollowCheck = Callable[..., set[uuid.UUID]]


def _nobody(*, person: uuid.UUID, home: str, creators: Collection[uuid.UUID]) -> set[uuid.UUID]:
    return set()


class _Following:
    check: FollowCheck = staticmethod(_nobody)


def register_follow_check(check: FollowCheck) -> None:
    """Tell how to ask who follows whom: `check(person=, home=, creators=)` returns those of `creators` that `person`
    follows and who accepted. The package that knows calls this once, when it is ready."""
    _Following.check = staticmethod(check)


@dataclass(frozen=True)
class ClipsFor:
    """What one viewer may see."""

    viewer: Viewer

    def follows(self, creator: uuid.UUID) -> bool:
        """Whether the viewer follows a creator, who accepted."""
        person = self.viewer.person_id
        if person is None:
            return False
        return creator in _Following.check(person=person, home=self.viewer.home, creators=[creator])

    def one(self, clip_id: uuid.UUID) -> Clip:
        """Return a clip, loaded with its files. NoSuchClip if it is not there, or not for this viewer."""
        clip = with_files(Clip.objects.filter(id=clip_id)).first()
        if clip is None:
            raise NoSuchClip
        is_others = clip.is_open and not is_own(clip, self.viewer.person_id)
        apart = is_others and are_apart(self.viewer.person_id, clip.creator_id)
        if not may_see(clip, self.viewer, follows=is_others and self.follows(clip.creator_id), apart=apart):
            raise NoSuchClip
        return clip

    def some(self, clip_ids: Collection[uuid.UUID]) -> list[Card]:
        """Return the cards of those of `clip_ids` that the viewer may see, own ones in every state, in no order."""
        return [self.card(clip) for clip in self._seen(with_files(Clip.objects.filter(id__in=list(clip_ids))))]

    def posters(self, clip_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
        """Return the posters of those of `clip_ids` that the viewer may see, films unasked; empty where covered."""
        return {
            clip.id: poster_of(clip, own=is_own(clip, self.viewer.person_id)) if may_uncover(clip, self.viewer) else ""
            for clip in self._seen(Clip.objects.filter(id__in=list(clip_ids)).select_related("creator"))
        }

    def _seen(self, rows: QuerySet[Clip]) -> list[Clip]:
        clips = list(rows.exclude(publication=states.DELETED))
        me, apart = self.viewer.person_id, apart_from(self.viewer.person_id)
        creators = {clip.creator_id for clip in clips}
        followed = _Following.check(person=me, home=self.viewer.home, creators=creators) if me else set()
        return [
            clip
            for clip in clips
            if may_see(clip, self.viewer, follows=clip.creator_id in followed, apart=clip.creator_id in apart)
        ]

    def card(self, clip: Clip) -> Card:
        """Return the card of a clip that the viewer sees; without its film where they may not uncover it."""
        card = card_of(clip, own=is_own(clip, self.viewer.person_id))
        return card if may_uncover(clip, self.viewer) else veiled(card)

    def by(self, creator: Person) -> QuerySet[Clip]:
        """Clips of one creator that the viewer may see on the creator's page, newest first."""
        clips = with_files(open_clips().filter(creator=creator)).order_by("-published_at", "-id")
        if creator.id == self.viewer.person_id:
            return clips
        if are_apart(self.viewer.person_id, creator.id):
            return clips.none()
        if not is_adult(self.viewer):
            clips = clips.exclude(limits__contains=[states.ADULTS])
        if self.follows(creator.id):
            return clips
        if creator.is_private:
            return clips.none()
        return clips.filter(audience=states.EVERYONE)

    def own(self) -> QuerySet[Clip]:
        """The viewer's own clips in every state, newest first."""
        clips = with_files(Clip.objects.filter(creator_id=self.viewer.person_id))
        return clips.exclude(publication=states.DELETED).order_by("-created_at", "-id")

    def own_one(self, clip_id: uuid.UUID) -> Clip:
        """Return one of the viewer's own clips. NoSuchClip for a stranger's."""
        clip = self.own().filter(id=clip_id).first()
        if clip is None or not self.viewer.is_signed_in:
            raise NoSuchClip
        return clip


def hold(clip_id: uuid.UUID) -> None:
    """Let nobody else who holds the clip go on until the transaction ends."""
    Clip.objects.select_for_update(no_key=True).filter(id=clip_id).values_list("id").first()


def those_who_may_see(clip: Clip, people: Iterable[Person]) -> list[Person]:
    """Return those of some people who may see a clip; its creator always may."""
    apart = apart_from(clip.creator_id)
    found = []
    for person in people:
        viewer = Viewer(person.id, person.home, person.language, person_id=person.id)
        follows = bool(_Following.check(person=person.id, home=person.home, creators=[clip.creator_id]))
        if may_see(clip, viewer, follows=follows, apart=person.id in apart):
            found.append(person)
    return found


@dataclass(frozen=True)
class ClipsPage:
    """A page of clips; `next` is the cursor of the following page, empty on the last."""

    clips: list[Clip]
    next: str


def page_by(column: str, clips: QuerySet[Clip], *, after: str, size: int) -> ClipsPage:
    """Return a page of clips that stand in order of the time in `column`, the newest first: those after a cursor."""
    place = Place.of(after)
    if place is not None:
        older = Q(**{f"{column}__lt": place.at}) | Q(**{column: place.at, "id__lt": place.id})
        clips = clips.filter(older)
    rows = list(clips[: size + 1])
    last = rows[size - 1] if len(rows) > size else None
    return ClipsPage(rows[:size], str(Place(getattr(last, column), last.id)) if last else "")


def for_viewer(viewer: Viewer) -> ClipsFor:
    """Return what a viewer may see: the only door."""
    return ClipsFor(viewer)


def own_upload(viewer: Viewer, upload_id: uuid.UUID) -> Upload:
    """Return one of the viewer's own uploads. NoSuchUpload for a stranger's."""
    upload = Upload.objects.filter(id=upload_id, creator_id=viewer.person_id).first()
    if upload is None or not viewer.is_signed_in:
        raise NoSuchUpload
    return upload


@dataclass(frozen=True)
class OwnClip:
    """A clip as its creator's pages show it."""

    clip: Clip

    @property
    def card(self) -> Card:
        """The card, with files that only the creator may read."""
        return card_of(self.clip, own=True)

    @property
    def message(self) -> str:
        """How it stands with the clip, in words."""
        return message_of(self.clip)

    @property
    def steps(self) -> list[Step]:
        """What is done and what is not."""
        return steps_of(self.clip, newest_upload(self.clip))

    @property
    def is_moving(self) -> bool:
        """Whether it will change by itself soon."""
        return is_moving(self.clip)

    @property
    def may_retry(self) -> bool:
        """Whether the button to try again is shown."""
        return may_retry(self.clip)


def tags_of_clip(clip_id: uuid.UUID) -> list[Tag]:
    """Return the tags of a clip as rows, in the order of the alphabet."""
    tags = Clip.objects.filter(id=clip_id).values_list("tags", flat=True).first()
    return list(Tag.objects.filter(tag__in=tags or ()).order_by("tag"))


def tag_named(tag: str) -> Tag | None:
    """Return a tag that clips have or had, however it is written; with its # or without."""
    return Tag.objects.filter(tag=normal_tag(tag.lstrip("#＃"))).first()


def first_with(tag: Tag) -> Clip | None:
    """Return the oldest clip of those that have a tag and that others may see."""
    return (
        open_clips().filter(tags__contains=[tag.tag]).select_related("creator").order_by("published_at", "id").first()
    )


def caption_text(clip_id: uuid.UUID) -> str:
    """Return what the captions of a clip say, each language after the other, without times and markup."""
    from parvis.media.captions import spoken

    rows = Caption.objects.filter(clip_id=clip_id).order_by("language")
    return "\n\n".join(spoken(storage.read(storage.file_name(clip_id, row.file))) for row in rows)


@dataclass(frozen=True)
class Unfinished:
    """An upload that waits for the rest of its file."""

    upload: Upload
    filename: str

    @property
    def percent(self) -> int:
        """How much has arrived."""
        return self.upload.offset * 100 // self.upload.length if self.upload.length else 0

    @property
    def megabytes(self) -> float:
        """Size of the whole file, in millions of bytes."""
        return self.upload.length / 1_000_000


def newest_upload(clip: Clip) -> Upload | None:
    """Return the newest upload of a clip."""
    return clip.uploads.order_by("-created_at").first()


def unfinished_uploads(viewer: Viewer) -> list[Unfinished]:
    """Return the viewer's own uploads that wait for the rest of their files, the newest first."""
    if viewer.person_id is None:
        return []
    rows = Upload.objects.filter(creator_id=viewer.person_id, state=states.OPEN).order_by("-created_at")
    return [Unfinished(row, unseal(viewer.person_id, FILENAME, row.filename)) for row in rows]


def work_waiting(states_: Collection[str]) -> Q:
    """Clips on which a worker could begin now, in these processing states."""
    moment = now()
    return (
        Q(processing__in=states_)
        & (Q(lease_until__isnull=True) | Q(lease_until__lt=moment))
        & (Q(retry_at__isnull=True) | Q(retry_at__lte=moment))
        & ~Q(publication=states.DELETED)
    )
