"""Fills an installation with a small living world, through the same actions as everybody else's clips and likes.

Every step looks first whether it was done: after a kill the next start goes on where this one ended.
"""

import contextlib
import tempfile
import time
import uuid
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from zlib import crc32

from django.db import connection

from parvis.accounts.models import Person
from parvis.accounts.viewer import ADULT, UNDER_16, Viewer
from parvis.accounts.world import NAMED, PASSWORD, people
from parvis.cells.keys import pseudonym
from parvis.clips import states
from parvis.clips.actions import Details, delete, post_file
from parvis.clips.models import Clip
from parvis.clips.problems import in_words
from parvis.clips.words import words_of
from parvis.kit.errors import ParvisError
from parvis.media.synth import make_clip
from parvis.ops.world import CLIPS, FOLLOWS, PlannedClip
from parvis.social import actions as social

__all__ = ["PASSWORD", "seed_world"]

VIDEOS = {".mp4", ".mov", ".m4v", ".webm", ".mkv", ".avi", ".3gp", ".ts"}
FOLDER_CREATORS = ("alice", "bob", "carol", "dan")
PATIENCE_SECONDS = 300.0
_LOCK = 7_246_914  # two demos on one database: the second waits, and then finds everything done
_NAMESPACE = uuid.UUID("0192f3a0-0000-7000-8000-706172766973")
Progress = Callable[[str], None]


def seed_world(progress: Progress, *, clips: Path | None = None) -> None:
    """Make the people, their clips, follows, likes and comments; post the videos of the folder `clips` too.

    Returns when every clip is made or refused, or when the worker took too long.
    """
    with _alone():
        world = people()
        progress(f"{len(world)} people live here: {', '.join(world)}")
        for follower, followed in FOLLOWS:
            social.follow(viewer=_viewer(world[follower]), followed=world[followed])
        posted = _post_planned(world, progress)
        folder = _post_folder(world, clips, progress) if clips else []
        _talk_to_the_end(world, posted, progress)
        _wait(folder, progress)
    connection.close()


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(%s)", [_LOCK])
    try:
        yield
    finally:
        with contextlib.suppress(Exception), connection.cursor() as cursor:
            cursor.execute("select pg_advisory_unlock(%s)", [_LOCK])


def _viewer(person: Person) -> Viewer:
    """The person as they look themselves."""
    years = next(one.years for one in NAMED if one.handle == person.handle)
    return Viewer(
        pseudonym=pseudonym(person.id),
        home=person.home,
        language=person.language,
        person_id=person.id,
        handle=person.handle,
        age_band=ADULT if years >= 18 else UNDER_16,
    )


def _post_planned(world: dict[str, Person], progress: Progress) -> dict[PlannedClip, uuid.UUID]:
    posted: dict[PlannedClip, uuid.UUID] = {}
    titles = {plan.title for plan in CLIPS}
    known = {handle: _own(person, titles) for handle, person in world.items()}
    missing = [plan for plan in CLIPS if plan.title not in known[plan.creator]]
    if missing:
        progress(f"making {len(missing)} clips: pictures that move, tunes that were never sung")
    talked: set[uuid.UUID] = set()
    for plan in CLIPS:
        found = known[plan.creator].get(plan.title)
        posted[plan] = found or _post(world[plan.creator], plan)
        if found is None:
            progress(f"@{plan.creator} posted “{plan.title}”")
            _talk(world, posted, talked)
    return posted


def _own(person: Person, titles: Collection[str]) -> dict[str, uuid.UUID]:
    """Those of the person's clips that have one of these titles. One whose file never arrived whole is deleted."""
    found: dict[str, uuid.UUID] = {}
    for clip in Clip.objects.filter(creator=person).exclude(publication=states.DELETED):
        title = words_of(clip).title
        if title in titles and clip.processing == states.UPLOADING:
            delete(creator=person.id, clip_id=clip.id)
        elif title in titles:
            found[title] = clip.id
    return found


def _post(person: Person, plan: PlannedClip) -> uuid.UUID:
    details = Details(title=plan.title, caption=plan.caption, alt=plan.alt, language=plan.language)
    with tempfile.TemporaryDirectory(prefix="parvis-seed-") as folder:
        path = Path(folder) / "clip.mp4"
        make_clip(
            path,
            scene=plan.scene,
            tune=plan.tune,
            seed=CLIPS.index(plan),
            seconds=plan.seconds,
            width=plan.width,
            height=plan.height,
        )
        return post_file(creator=person, path=path, details=details).id


def _post_folder(world: dict[str, Person], folder: Path, progress: Progress) -> list[uuid.UUID]:
    """Post each video of the folder once, by its name; a refusal is said and the next one tried."""
    paths = [path for path in sorted(folder.rglob("*")) if path.suffix.lower() in VIDEOS]
    titles = {path.stem for path in paths}
    known = {handle: _own(world[handle], titles) for handle in FOLDER_CREATORS}
    posted: list[uuid.UUID] = []
    for path in paths:
        handle = FOLDER_CREATORS[crc32(path.name.encode()) % len(FOLDER_CREATORS)]
        if path.stem in known[handle]:
            continue
        try:
            posted.append(post_file(creator=world[handle], path=path, details=Details(title=path.stem)).id)
            progress(f"@{handle} posted {path.name}")
        except ParvisError as error:
            progress(f"{path.name}: {error}")
    return posted


def _talk(world: dict[str, Person], posted: dict[PlannedClip, uuid.UUID], talked: set[uuid.UUID]) -> None:
    """Likes and comments for each clip that others can see by now and that is not in `talked`, which grows."""
    waiting = [clip_id for clip_id in posted.values() if clip_id not in talked]
    seen = set(Clip.objects.filter(id__in=waiting, playable_at__isnull=False).values_list("id", flat=True))
    for plan, clip_id in posted.items():
        if clip_id in seen:
            _talk_about(world, plan, clip_id)
    talked |= seen


def _talk_to_the_end(world: dict[str, Person], posted: dict[PlannedClip, uuid.UUID], progress: Progress) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    talked: set[uuid.UUID] = set()
    shown = -1
    while True:
        _talk(world, posted, talked)
        if len(talked) != shown:
            progress(f"{len(talked)} of {len(posted)} clips play")
        shown = len(talked)
        if shown == len(posted) or time.monotonic() > deadline:
            return
        time.sleep(0.5)


def _talk_about(world: dict[str, Person], plan: PlannedClip, clip_id: uuid.UUID) -> None:
    for handle in plan.likes:
        social.like(viewer=_viewer(world[handle]), clip_id=clip_id)
    for handle, text in plan.comments:
        nonce = uuid.uuid5(_NAMESPACE, f"{clip_id}{handle}{text}")
        social.comment(viewer=_viewer(world[handle]), clip_id=clip_id, text=text, nonce=nonce)


def _wait(clips: list[uuid.UUID], progress: Progress) -> None:
    """Until each clip of the folder plays or is refused, and say why where it is."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    waiting = set(clips)
    while waiting and time.monotonic() < deadline:
        for clip in Clip.objects.filter(id__in=waiting, processing__in=(states.PLAYABLE, states.READY)):
            waiting.discard(clip.id)
            progress(f"“{words_of(clip).title}” plays")
        for clip in Clip.objects.filter(id__in=waiting, processing__in=(states.REFUSED, states.FAILED)):
            waiting.discard(clip.id)
            progress(f"“{words_of(clip).title}”: {in_words(clip.problem, clip.problem_params)}")
        time.sleep(0.5 if waiting else 0)
