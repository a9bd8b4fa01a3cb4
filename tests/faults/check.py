"""After the storm: what the people were told, against what is stored."""

import time
import uuid
from collections import Counter
from datetime import timedelta
from pathlib import Path

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from parvis.accounts.actions import open_account
from parvis.cells.keys import pseudonym
from parvis.clips import states
from parvis.clips.models import Caption, Clip, Rendition, Upload
from parvis.clips.processing.sweep import sweep_orphans
from parvis.feed.models import Watch
from parvis.kit.clock import now
from parvis.social.models import Comment, Like
from tests.faults.storm import Diary

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def newcomer() -> tuple[Diary, dict[str, str]]:
    """Open an account and return its diary and the cookies that sign it in."""
    person = open_account(
        handle=f"storm{uuid.uuid4().hex[:10]}",
        birth_date=(now() - timedelta(days=30 * 365)).date(),
        home="FR",
        language="en",
        password=uuid.uuid4().hex,
    )
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = BACKEND
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    return Diary(person.id, pseudonym(person.id)), {"parvis_session": str(session.session_key)}


def wait_until_settled(diaries: list[Diary], seconds: float = 240) -> int:
    """Wait until no clip of these people is under way; return how many are stuck."""
    under_way = [states.RECEIVED, states.PROBED, states.PLAYABLE]
    creators = [diary.person for diary in diaries]
    deadline = time.monotonic() + seconds
    while True:
        stuck = Clip.objects.filter(creator_id__in=creators, processing__in=under_way).count()
        if not stuck or time.monotonic() > deadline:
            return stuck
        time.sleep(1)


def wrongs(diaries: list[Diary]) -> dict[str, int]:
    """Count what was lost or doubled, by kind; all zero is right."""
    found: Counter[str] = Counter(
        dict.fromkeys(["lost_uploads", "doubled_uploads", "lost_likes", "lost_comments", "doubled_comments",
                       "lost_watches", "failed_clips", "orphan_files", "missing_files"], 0)
    )  # fmt: skip
    for diary in diaries:
        _uploads(diary, found)
        _likes(diary, found)
        _comments(diary, found)
        _watches(diary, found)
    _files(found)
    return dict(found)


def _uploads(diary: Diary, found: Counter[str]) -> None:
    told = [one.location.rstrip("/").rsplit("/", 1)[1] for one in diary.uploads if one.acknowledged]
    stored = dict(Upload.objects.filter(id__in=told, state=states.FINISHED).values_list("id", "clip_id"))
    found["lost_uploads"] += len(told) - len(stored)
    found["doubled_uploads"] += len(stored) - len(set(stored.values()))
    ready = Clip.objects.filter(id__in=stored.values(), processing=states.READY).count()
    found["failed_clips"] += len(stored) - ready


def _likes(diary: Diary, found: Counter[str]) -> None:
    stored = {str(clip) for clip in Like.objects.filter(person_id=diary.person).values_list("clip_id", flat=True)}
    for clip in {*diary.likes, *diary.possible}:
        allowed = diary.possible.get(clip, {diary.likes.get(clip, False)})
        found["lost_likes"] += (clip in stored) not in allowed


def _comments(diary: Diary, found: Counter[str]) -> None:
    stored = Counter(Comment.objects.filter(author_id=diary.person).values_list("text", flat=True))
    found["lost_comments"] += sum(1 for text in diary.comments if not stored[text])
    found["doubled_comments"] += sum(count - 1 for count in stored.values())


def _watches(diary: Diary, found: Counter[str]) -> None:
    rows = Watch.objects.filter(pseudonym=diary.pseudonym).values_list("id", "watched_ms")
    stored = {str(watch): watched for watch, watched in rows}
    found["lost_watches"] += sum(1 for watch, watched in diary.watches.items() if stored.get(watch) != watched)


def _files(found: Counter[str]) -> None:
    """What the hourly sweep is for is swept now; after that every row has its file, and every file its row."""
    from parvis.clips.storage import file_name, listing, local_path

    sweep_orphans(older_than=timedelta(0))
    named = {file_name(clip, file) for clip, file in Rendition.objects.values_list("clip_id", "file")}
    named |= {file_name(clip, file) for clip, file in Caption.objects.values_list("clip_id", "file")}
    named |= {file_name(clip, file) for clip, file in Clip.objects.exclude(poster="").values_list("id", "poster")}
    stored = {f"clips/{clip}/{file}" for clip in listing("clips")[0] for file in listing(f"clips/{clip}")[1]}
    found["orphan_files"] += len(stored - named)
    found["missing_files"] += sum(1 for name in named if not (local_path(name) or Path()).is_file())
