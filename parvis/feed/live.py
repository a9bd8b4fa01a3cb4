"""The feed as it lives in one process: catalogue, learner, viewers, cards, and the thread that reads the news.

All of it is soft state, made from rows when the process starts and kept up to date from rows. A kill -9 loses nothing.
"""

import gc
import json
import logging
import threading
import time
from collections.abc import Sequence
from uuid import UUID

import numpy as np
import psycopg
from django.db import Error as DjangoError
from django.db import connection

from parvis.accounts.queries import sessions_ended_lately
from parvis.feed import kept, lessons
from parvis.feed.cards import Cards
from parvis.feed.company import Company
from parvis.feed.experiments.arms import Arms
from parvis.feed.kept import connect
from parvis.feed.kinds import EXPERIMENT_CHANGED, VIEWER_ERASED
from parvis.feed.lists import Lists
from parvis.feed.models import PERSONAL, Recipe
from parvis.feed.news import News, Reader
from parvis.feed.queries import Row
from parvis.feed.teaching import Teaching
from parvis.feed.traces import Recipe as TraceRecipe
from parvis.feed.writer import Writer
from parvis.recommender.interface import Events
from parvis.recommender.pools import Pools
from parvis.recommender.steps import Hidden, Learned

log = logging.getLogger(__name__)

LOOK_S = 0.2
JUDGE_S, JUDGE_SHARE = 1.0, 50  # of a large catalogue it takes long: at most a fiftieth of the time goes on it
FORGET_S = 60.0
COMMENTS = frozenset({"clip.comment_removed", "clip.comment_withheld", "clip.comment_shown"})
COUNTED = frozenset({*lessons.FROM_EVENTS, *COMMENTS, "clip.shared"})
APART = frozenset(
    {"person.blocked", "person.unblocked", "guardian.rules_changed", "guardian.ended"}
)  # both are read anew
COMPANY = APART | {"person.followed", "person.unfollowed", "person.mutes_changed"}
ENDED_KEPT = 10_000


class Live:
    """The feed of this process. `start` before use, `stop` at the end (tests); a process that dies needs neither."""

    def __init__(self) -> None:
        self._settling = threading.Lock()  # see news.Reader
        with kept.without_collecting():
            self._taught = kept.take_up(kept.folder(), self._settling)
        self.catalogue, self.learner = self._taught.catalogue, self._taught.learner
        self._reader = self._taught.reader
        self.pools = Pools(self.catalogue)
        self.teaching = Teaching(self.learner)
        self.cards = Cards(self.catalogue)
        self.feeds = self.teaching.feeds(self.pools, self.cards.words)
        self.company = Company(self.catalogue, self.learner)
        self.ranking = threading.Lock()  # see serving._ranked
        self.ended_sessions: dict[str, None] = {}
        numbers = self.feeds.numbers
        self.recipes = {name: TraceRecipe.of(feed, numbers) for name, feed in self.feeds.by_name.items()}
        self.arms = Arms(self.feeds.by_name["for-you"], numbers)
        self.late_s = 0.0  # how long ago the last look at the news was
        self.exposed = self.teaching.exposed
        self.lists = Lists(self.catalogue, self.company, self.exposed)
        self._stopping = threading.Event()
        self._judge_at = self._forgot_at = 0.0
        self._is_out = False  # the news cannot be read: said once, not five times a second
        self._looked_at = time.monotonic()

    def start(self) -> None:
        """Get up to date with the rows, then keep reading the news. What is written meanwhile is in the news."""
        self._keep_recipes()
        self.arms.refresh()
        for session in sessions_ended_lately():
            self.end_session(session)
        with kept.without_collecting():
            if self._taught.is_empty:
                lessons.fill(self._taught.state, time.time())
            self.teaching.begin(time.time())
            self.look()
            self.forget()
            self.judge()
        self.writer = Writer(connect, self._committed, self._settling)
        gc.set_threshold(5_000, 10, 100)  # a slate makes hundreds of objects that are gone with it, and no cycle
        self._thread = threading.Thread(target=self._run, name="feed-news", daemon=True)
        self._thread.start()
        self._warming = threading.Thread(target=self._warm, name="feed-cards", daemon=True)
        self._warming.start()

    def _warm(self) -> None:
        """Read the cards of the best clips first, while requests are answered."""
        order = np.argsort(-self.learner.worth[:3, : self.catalogue.size].sum(axis=0), kind="stable")
        began = time.monotonic()
        try:
            self.cards.warm(order.tolist(), self._stopping)
            gc.freeze()  # they stay too
            log.info("cards are at hand after %.0f s", time.monotonic() - began)
        except DjangoError:
            log.warning("cards could not be read ahead: they are read when they are wanted")
        finally:
            connection.close()

    def stop(self) -> None:
        """End the threads and their connections."""
        self._stopping.set()
        self._thread.join(10)
        self._warming.join(10)
        self.lists.close(self.writer, all_=True)
        self.writer.stop()
        self._reader.connection.close()

    def judge(self) -> None:
        """Bring what everybody thinks of the clips, and the pools made of it, up to date."""
        now = time.time()
        self.teaching.judge(now)
        self.pools.refresh(self.learner.merit(now), self.learner.shows, now, self.learner.interests.vectors)

    def look(self) -> None:
        """Take in what other processes wrote."""
        self.take(self._reader.look())
        self.arms.refresh()
        self._looked_at = time.monotonic()

    def take(self, news: News) -> None:
        """Apply news: what happened to clips, what was shown, what viewers did and want."""
        now = time.time()
        self._taught.erasures.take(news.events)
        self._taught.erasures.take_resets(news.resets)
        self._take_events(news)
        self.lists.take(news.slates)
        acts = lessons.acts(news.events, now)
        self._learn(lessons.events_of_watches(self.catalogue, news.watches), [row[0] for row in news.watches], now)
        self._learn(lessons.arrays_of(self.catalogue, acts), [row[0] for row in acts], now)
        self._take_likes(acts)
        self.company.take_back(news.watches)
        for pseudonym, _, _ in news.preferences:
            self.company.forget(pseudonym)

    def _take_events(self, news: News) -> None:
        changed = lessons.changed_clips(self.catalogue, news.events)
        if changed:
            self._refresh_clips(changed)
        for kind, actor, object_, data in news.events:
            if kind in COUNTED and object_:
                self.cards.changed(object_)
            elif kind in COMPANY and actor:
                self._take_company(kind, actor, object_)
            elif kind in lessons.PROFILE and object_:
                self.cards.drop_creator(object_)
            elif kind == VIEWER_ERASED and object_:
                self.company.forget(object_)
            elif kind == "session.ended":
                self.end_session(str(data.get("session", "")))
            elif kind == EXPERIMENT_CHANGED:
                self.arms.are_stale = True

    def _take_company(self, kind: str, actor: UUID, object_: UUID | None) -> None:
        if kind == "person.followed" and object_:
            self.teaching.followed(self.company.person_at_hand(actor), object_)
        self.company.forget_person(actor)
        if kind in APART and object_:
            self.company.forget_person(object_)

    def _learn(self, events: Events, pseudonyms: Sequence[UUID], now: float) -> None:
        """Learn from events: about clips, and about those of the viewers whom this process knows."""
        if not len(events):
            return
        self.teaching.learn(events, now)
        self._taught.state.apply(Learned(events, now))
        for pseudonym in set(pseudonyms):
            known = self.company.at_hand(pseudonym)
            if known is not None:
                mine = events.take(events.viewer == np.uint64(known.key))
                if known.is_counted:
                    known.watched(mine, now)
                if known.mode == PERSONAL:
                    self.teaching.observe(known, mine, self.company, now)

    def _take_likes(self, acts: Sequence[Row]) -> None:
        for pseudonym, clip, kind, *_ in acts:
            known = self.company.at_hand(pseudonym)
            if known is not None and kind == "like":
                known.liked.add(clip.bytes)
            elif known is not None and kind == "unlike":
                known.liked.discard(clip.bytes)

    def forget(self) -> None:
        """Forget who and what was erased since the last time, here as in what the learner process keeps."""
        erasures = self._taught.erasures
        if erasures:
            self.teaching.forget(erasures.viewers)
            self._taught.state.forget(*erasures.everything())
            erasures.clear()
        self._forgot_at = time.monotonic()

    def end_session(self, session: str) -> None:
        """Trust cookies of this session no more: they live ten minutes at most, so the last few thousand are enough."""
        self.ended_sessions[session] = None
        while len(self.ended_sessions) > ENDED_KEPT:
            del self.ended_sessions[next(iter(self.ended_sessions))]

    def _refresh_clips(self, clips: list[UUID]) -> None:
        """Read clips again: those that may be shown no more come back with nothing."""
        for step in lessons.read_again(clips):
            self._taught.state.apply(step)
            if isinstance(step, Hidden):
                self.cards.drop(step.ids)
        self.cards.drop(clips)
        self.judge()

    def _keep_recipes(self) -> None:
        rows = [Recipe(id=one.id, feed=one.feed, body=json.loads(one.body)) for one in self.recipes.values()]
        Recipe.objects.bulk_create(rows, ignore_conflicts=True)

    def _committed(self, xid: int) -> None:
        self._reader.own.append(xid)

    def _run(self) -> None:
        while not self._stopping.wait(LOOK_S):
            try:
                self.look()
                self._is_out = False
                if (began := time.monotonic()) > self._judge_at:
                    self.judge()
                    self.lists.close(self.writer)
                    self._judge_at = began + max(JUDGE_S, JUDGE_SHARE * (time.monotonic() - began))
                if time.monotonic() - self._forgot_at > FORGET_S:
                    self.forget()
            except psycopg.Error as error:
                self._reconnect(error)
            except Exception:
                log.exception("news could not be taken in")
            finally:
                self.late_s = time.monotonic() - self._looked_at
                connection.close()

    def _reconnect(self, error: psycopg.Error) -> None:
        """Open another connection; the snapshot of the last look goes on with it, so nothing is passed over."""
        if not self._is_out:
            log.warning("the news cannot be read: %s", type(error).__name__)
            self._is_out = True
        old = self._reader
        try:
            reader = Reader(connect(), self._settling, old.last)
        except psycopg.Error:
            return
        reader.own = old.own
        old.connection.close()
        self._reader = reader


class _Holder:
    live: Live | None = None
    lock = threading.Lock()


def live() -> Live:
    """Return the feed of this process, started at the first call (which takes some seconds for a large catalogue)."""
    if _Holder.live is None:
        with _Holder.lock:
            if _Holder.live is None:
                fresh = Live()
                fresh.start()
                _Holder.live = fresh
    return _Holder.live


def at_hand() -> Live | None:
    """Return the feed of this process if it has started."""
    return _Holder.live


def close() -> None:
    """End the feed of this process; the next `live()` starts anew."""
    with _Holder.lock:
        if _Holder.live is not None:
            _Holder.live.stop()
            _Holder.live = None
