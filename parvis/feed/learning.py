"""The one process of a machine that keeps what is learned: `parvis learn`.

It reads the same news as every web process, writes each look at them down as one record, and applies it. Web
processes that start take up what it keeps (`kept`) instead of reading the rows again. All of it is soft: whatever is
damaged, of another version or too old is thrown away and made again from rows. The rows are the truth.
"""

import logging
import os
import threading
import time
from collections import OrderedDict
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from django.db import Error as DjangoError
from django.db import connection

from parvis.feed import encoding, kept, lessons, standing
from parvis.feed.models import TAKEN_BACK
from parvis.feed.news import News, Position, Reader
from parvis.feed.nightly import Nightly
from parvis.feed.standing import Standing
from parvis.recommender.disk import Damaged
from parvis.recommender.durable import Busy, Durable
from parvis.recommender.signals import CODES
from parvis.recommender.steps import Learned, Shown, Step, TakenBack

log = logging.getLogger(__name__)

LOOK_S = 0.2
SAY_S = 2.0
SNAPSHOT_S = 300.0
AGAIN_S = 5.0
ROOM = 1 << 20  # bytes that must fit on the disk before it is tried again
REFUSED_KEPT = 10_000


class Learning:
    """Keeps the state of one folder for as long as it runs. Nothing that goes wrong ends it: it is said once, in the
    log and in `standing`, and tried again from what is on disk."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or kept.folder()
        self.trouble = ""
        self.nightly = Nightly(self.folder / encoding.NAME)
        self.begun_anew = self.damaged_snapshots = 0

    def run(self, stopping: threading.Event) -> None:
        """Learn until `stopping` is set."""
        while not stopping.is_set():
            try:
                self._live(stopping)
                continue
            except Busy:
                self._note("another process keeps this folder")
            except (OSError, psycopg.Error, DjangoError) as error:
                self._note(getattr(error, "strerror", None) or type(error).__name__)
            except Exception as error:
                if self._note(type(error).__name__):
                    log.exception("the learner begins again from what it keeps")
            finally:
                connection.close()
            stopping.wait(AGAIN_S)
        self.nightly.stop()

    def _live(self, stopping: threading.Event) -> None:
        """Learn until `stopping` is set, or until the folder proved to be of no use and was emptied."""
        if self.trouble:
            self._try_disk()
        with closing(kept.connect()) as link, Durable(self.folder, *kept.blank()) as durable:
            with kept.without_collecting():
                keeper = self._begin(durable, link)
            if keeper is None:
                self.begun_anew += 1
                durable.discard()
                return
            if self.trouble:
                log.warning("what is learned is kept again")
                self.trouble = ""
            said_at = 0.0
            while not stopping.wait(LOOK_S):
                keeper.look()
                if time.monotonic() - said_at > SAY_S:
                    self._say(durable)
                    self.nightly.look(time.time())
                    said_at = time.monotonic()
            keeper.save()
            self._say(durable)

    def _begin(self, durable: Durable, link: "psycopg.Connection[Any]") -> "Keeper | None":
        """Return a keeper of what the folder holds, up to date with its clips; None if that is of no use."""
        settling = threading.Lock()
        try:
            found = durable.recover()
        except Damaged as error:
            log.warning("what was learned is made again from rows: %s", error)
            return None
        self.damaged_snapshots += found.damaged_snapshots
        if not found.sequence:
            reader = Reader(link, settling)
            lessons.fill(durable.state, time.time())
            keeper = Keeper(durable, reader, reader.database(), reader.last)
            durable.forget(position=keeper.position())
            return keeper
        position = Position.decode(found.position)
        reader = Reader(link, settling, position.last if position else "")
        if position is None or not kept.is_usable(reader, position):
            log.warning("what was learned is of another database or too old: it is made again from rows")
            return None
        keeper = Keeper(durable, reader, position.database, position.erased)
        keeper.erasures.take(reader.events_since(position.erased, lessons.ERASURES))
        keeper.erasures.take_resets(reader.resets_since(position.erased))
        for steps in lessons.differences(durable.state.catalogue):
            durable.take(steps)
        keeper.look()
        keeper.save()
        return keeper

    def _note(self, trouble: str) -> bool:
        """Say what is wrong, if it is not what was said before; whether it was said."""
        is_new = trouble != self.trouble
        if is_new:
            log.warning("nothing that is learned is kept now, the feed goes on without: %s", trouble)
        self.trouble = trouble
        if trouble != "another process keeps this folder":  # that one says how it stands
            standing.say(self.folder, Standing(time.time(), trouble, self.begun_anew, self.damaged_snapshots))
        return is_new

    def _say(self, durable: Durable) -> None:
        counts = durable.state.counts
        wrong = counts.unknown_clip + counts.unknown_kind + counts.not_finite + counts.repeated + counts.refused
        told = Standing(time.time(), "", self.begun_anew, self.damaged_snapshots, counts.events, wrong)
        standing.say(self.folder, told)

    def _try_disk(self) -> None:
        """OSError while the disk is full: a start that cannot write would cost seconds each time."""
        path = self.folder / "room.tmp"
        try:
            with path.open("wb") as file:
                file.write(bytes(ROOM))
                file.flush()
                os.fsync(file.fileno())
        finally:
            path.unlink(missing_ok=True)


@dataclass
class Keeper:
    """Reads news into a durable state. `database` and `erased` as in `Position`."""

    durable: Durable
    reader: Reader
    database: str
    erased: str
    erasures: lessons.Erasures = field(default_factory=lessons.Erasures)
    is_changed: bool = False

    def __post_init__(self) -> None:
        self._refused: OrderedDict[tuple[UUID, UUID], None] = OrderedDict()
        self._saved_at = time.monotonic()

    def position(self) -> bytes:
        """Return up to where the state is taught."""
        if not self.erasures:
            self.erased = self.reader.last
        return Position(self.database, self.reader.last, self.erased).encode()

    def look(self) -> None:
        """Take in the news, and keep a snapshot when one is due.

        The catalogue comes first, in a record of its own: what else is learned names clips by their place in it. A
        crash in between reads the same news again, and clips are the same when they are added twice.
        """
        news = self.reader.look()
        self.erasures.take(news.events)
        self.erasures.take_resets(news.resets)
        catalogue = self.durable.state.catalogue
        changed = lessons.changed_clips(catalogue, news.events)
        if changed:
            self.durable.take(lessons.read_again(changed))
        if news.watches or news.slates or news.events:
            self.durable.take(self._taught(news, time.time()), self.position())
            self.is_changed = True
        else:
            self.durable.sync()
        if time.monotonic() - self._saved_at > SNAPSHOT_S:
            self.save()

    def save(self) -> None:
        """Write a snapshot of what changed, without those who are to be forgotten."""
        if self.erasures:
            gone = self.erasures.everything()
            self.erasures.clear()
            self._refused.clear()
            self.durable.forget(*gone, position=self.position())
        elif self.is_changed:
            self.durable.snapshot()
        self.is_changed, self._saved_at = False, time.monotonic()

    def _taught(self, news: News, now: float) -> list[Step]:
        catalogue = self.durable.state.catalogue
        acts = lessons.arrays_of(catalogue, lessons.acts(news.events, now))
        batches = (lessons.events_of_watches(catalogue, news.watches), acts)
        steps: list[Step] = [Learned(events, now) for events in batches if len(events)]
        shown = "".join([text for _, _, text in news.slates if text])
        if shown:
            steps.append(Shown(lessons.indices_of(catalogue, shown)))
        return steps + self._taken_back(news)

    def _taken_back(self, news: News) -> list[Step]:
        """Return the refusals that were learned by this process and are taken back; others fade by themselves."""
        steps: list[Step] = []
        for pseudonym, clip, kind, *_ in news.watches:
            if kind == "not-interested":
                self._refused[pseudonym, clip] = None
            elif kind == TAKEN_BACK and (pseudonym, clip) in self._refused:
                del self._refused[pseudonym, clip]
                if clip in self.durable.state.catalogue.index:
                    index = self.durable.state.catalogue.index[clip]
                    steps.append(TakenBack(index, CODES["not-interested"]))
        while len(self._refused) > REFUSED_KEPT:
            self._refused.popitem(last=False)
        return steps
