"""The feed as it lives in one process: catalogue, learner, viewers, cards, and the thread that reads the news.

All of it is soft state, made from rows when the process starts and kept up to date from rows. A kill -9 loses nothing.
"""

import gc
import json
import logging
import threading
import time
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any
from uuid import UUID

import numpy as np
import psycopg
from django.conf import settings
from django.db import Error as DjangoError
from django.db import connection

from parvis.clips.cards import FeedRow
from parvis.clips.queries import feed_rows
from parvis.events.connections import open_connection
from parvis.feed import queries
from parvis.feed.cards import Cards
from parvis.feed.company import Company, key_of
from parvis.feed.teaching import NEW_DAYS, Teaching
from parvis.feed.lists import Lists
from parvis.feed.models import Recipe
from parvis.feed.news import News, Reader, clip_of
from parvis.feed.pipelines import Feeds
from parvis.feed.traces import Recipe as TraceRecipe
from parvis.feed.writer import Writer
from parvis.recommender.affinities import Affinities
from parvis.recommender.catalogue import Catalogue, Clip
from parvis.recommender.interface import events_of
from parvis.recommender.pools import Pools
from parvis.recommender.signals import CODES

log = logging.getLogger(__name__)

LOOK_S = 0.2
JUDGE_S = 1.0
LEARN_AT_START = 200_000
ADDED_AT_ONCE = 5000
CLIP_EVENTS = frozenset({"clip.published", "clip.changed", "clip.hidden", "clip.deleted"})
COUNTED = frozenset({"clip.liked", "clip.unliked", "clip.commented", "clip.comment_removed", "clip.shared"})
TAUGHT = {"clip.liked": "like", "clip.unliked": "unlike", "clip.commented": "comment"}
COMPANY = frozenset({"person.followed", "person.unfollowed", "person.blocked", "person.unblocked"})
PROFILE = frozenset({"person.changed", "person.erased"})
ENDED_KEPT = 10_000


class Live:
    """The feed of this process. `start` before use, `stop` at the end (tests); a process that dies needs neither."""

    def __init__(self) -> None:
        self.catalogue = Catalogue()
        self.learner = Affinities(self.catalogue)
        self.pools = Pools(self.catalogue)
        self.teaching = Teaching(self.learner)
        self.feeds = Feeds(self.catalogue, self.learner, self.pools, self.teaching.trials)
        self.feeds.by_name["for-you"].look_twice(self.teaching.second)
        self.company = Company(self.catalogue, self.learner)
        self.cards = Cards(self.catalogue)
        self._settling = threading.Lock()  # see news.Reader
        self.ranking = threading.Lock()  # see serving._ranked
        self.ended_sessions: dict[str, None] = {}
        numbers = {**asdict(self.learner.weights), "worth": dict(settings.PARVIS_FEED_WEIGHTS)}
        self.recipes = {name: TraceRecipe.of(feed, numbers) for name, feed in self.feeds.by_name.items()}
        self.late_s = 0.0  # how long ago the last look at the news was
        self.exposed = self.teaching.exposed
        self.lists = Lists(self.catalogue, self.company, self.exposed)
        self._stopping = threading.Event()
        self._judged_at = 0.0
        self._is_out = False  # the news cannot be read: said once, not five times a second
        self._looked_at = time.monotonic()

    def start(self) -> None:
        """Read everything, then keep reading the news. What is written meanwhile is in the news."""
        self._reader: Reader | None = Reader(connect(), self._settling)
        self._keep_recipes()
        gc.disable()  # it would walk through every clip so far, again and again
        try:
            self._fill()
        finally:
            gc.enable()
        self.writer = Writer(connect, self._committed, self._settling)
        gc.collect()
        gc.freeze()  # a hundred thousand clips are not to be walked through at every collection
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

    def _fill(self) -> None:
        self._add(feed_rows())
        self.teaching.admit(time.time())
        rows = queries.recent_watches(LEARN_AT_START)
        self.teaching.learn(self.company.events(rows), time.time())
        for clip, shows in queries.recent_shows(NEW_DAYS):
            if clip in self.catalogue.index:
                self.exposed(np.full(shows, self.catalogue.index[clip], np.int32))
        self.judge()

    def stop(self) -> None:
        """End the threads and their connections."""
        self._stopping.set()
        self._thread.join(10)
        self._warming.join(10)
        self.lists.close(self.writer, all_=True)
        self.writer.stop()
        if self._reader is not None:
            self._reader.connection.close()

    def judge(self) -> None:
        """Bring what everybody thinks of the clips, and the pools made of it, up to date."""
        now = time.time()
        self.teaching.judge(now)
        self.pools.refresh(self.learner.merit(now), self.learner.shows, now)

    def look(self) -> None:
        """Take in what other processes wrote."""
        if self._reader is None:
            self._reader = Reader(connect(), self._settling)
        self.take(self._reader.look())
        self._looked_at = time.monotonic()

    def take(self, news: News) -> None:
        """Apply news: what happened to clips, what was shown, what viewers did and want."""
        now = time.time()
        self._take_events(news, now)
        self.lists.take(news.slates)
        events = self.company.events(news.watches)
        if len(events):
            self.teaching.learn(events, now)
            for pseudonym in {row[0] for row in news.watches}:
                known = self.company.at_hand(pseudonym)
                if known is not None:
                    mine = events.take(events.viewer == np.uint64(known.key))
                    self.teaching.observe(known, mine, self.company, now)
        self.company.take_back(news.watches)
        for pseudonym, _, _ in news.preferences:
            self.company.forget(pseudonym)

    def _take_events(self, news: News, now: float) -> None:
        changed = [object_ for kind, _, object_, _ in news.events if kind in CLIP_EVENTS and object_]
        if changed:
            self._refresh_clips(changed)
        for kind, actor, object_, data in news.events:
            if kind in COUNTED and object_:
                self._take_count(kind, actor, object_, now)
            elif kind in COMPANY and actor:
                if kind == "person.followed" and object_:
                    self.teaching.followed(self.company.person_at_hand(actor), object_)
                self.company.forget_person(actor)
            elif kind in PROFILE and object_:
                self._refresh_creator(object_)
            elif kind == "session.ended":
                self.end_session(str(data.get("session", "")))

    def _take_count(self, kind: str, actor: UUID | None, clip: UUID, now: float) -> None:
        self.cards.changed(clip)
        if kind in TAUGHT and actor and clip in self.catalogue.index:
            self._teach(actor, clip, TAUGHT[kind], now)

    def _refresh_creator(self, creator: UUID) -> None:
        self.cards.drop_creator(creator)
        self._refresh_clips([self.catalogue.ids[clip] for clip in self.catalogue.of_creator(creator).tolist()])

    def end_session(self, session: str) -> None:
        """Trust cookies of this session no more: they live ten minutes at most, so the last few thousand are enough."""
        self.ended_sessions[session] = None
        while len(self.ended_sessions) > ENDED_KEPT:
            del self.ended_sessions[next(iter(self.ended_sessions))]

    def _teach(self, person: UUID, clip: UUID, kind: str, now: float) -> None:
        known = self.company.person_at_hand(person)
        events = events_of(known.key if known else key_of(person), self.catalogue.index[clip], CODES[kind], at=now)
        self.teaching.learn(events, now)
        if known is not None:
            if kind == "like":
                known.liked.add(clip)
            elif kind == "unlike":
                known.liked.discard(clip)
            self.teaching.observe(known, events, self.company, now)

    def _refresh_clips(self, clips: list[UUID]) -> None:
        """Read clips again: those that may be shown no more come back with nothing."""
        shown = list(feed_rows(clips))
        gone = set(clips) - {row.id for row in shown}
        self.catalogue.hide(list(gone))
        self.cards.drop(gone)
        self._add(shown)
        for row in shown:
            self.cards.drop([row.id])
        self.judge()

    def _add(self, rows: Iterable[FeedRow]) -> None:
        batch: list[Clip] = []
        for row in rows:
            batch.append(clip_of(row))
            if len(batch) >= ADDED_AT_ONCE:
                self.catalogue.add(batch)
                batch = []
        if batch:
            self.catalogue.add(batch)

    def _keep_recipes(self) -> None:
        rows = [Recipe(id=one.id, feed=one.feed, body=json.loads(one.body)) for one in self.recipes.values()]
        Recipe.objects.bulk_create(rows, ignore_conflicts=True)

    def _committed(self, xid: int) -> None:
        if self._reader is not None:
            self._reader.own.append(xid)

    def _run(self) -> None:
        while not self._stopping.wait(LOOK_S):
            try:
                self.look()
                self._is_out = False
                if time.monotonic() - self._judged_at > JUDGE_S:
                    self.judge()
                    self.lists.close(self.writer)
                    self._judged_at = time.monotonic()
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
        if old is None:
            return
        try:
            reader = Reader(connect(), self._settling)
        except psycopg.Error:
            return
        reader.last, reader.own = old.last, old.own
        old.connection.close()
        self._reader = reader


def connect() -> "psycopg.Connection[Any]":
    """Open a connection of the feed's own."""
    return open_connection(application_name="parvis feed")


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
