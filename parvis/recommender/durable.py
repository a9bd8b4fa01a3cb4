"""A catalogue and a learner that outlive their process: state = newest snapshot + what the journal says since.

Whatever changes them goes through `take`: written down first, then applied, in the same order and the same batches at
a replay. A learner's sums depend on how events were batched, so a batch is one step, now and at every replay; that
makes the recovered arrays the same bit for bit. One process writes a folder; others may `follow` it.
"""

import fcntl
import os
import threading
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Self
from uuid import UUID

from parvis.recommender import disk
from parvis.recommender.catalogue import Catalogue
from parvis.recommender.disk import Damaged
from parvis.recommender.interface import Events
from parvis.recommender.journal import Journal
from parvis.recommender.snapshots import Shelf
from parvis.recommender.state import Keepable, Recovered, State
from parvis.recommender.steps import Learned, Step, decode, encode

TRIES = 3


class Busy(Exception):
    """Another process writes this folder."""


class Durable:
    """The one writer of a folder. `recover` before use, `snapshot` every few minutes or thousand batches.

    Any number of threads. What else changes the catalogue or the learner (`creator_number` apart) would not be there
    after a restart: it must come here. A crash at any line leaves the state after some step that `take` was called
    with, never half a step.
    """

    def __init__(self, folder: Path, catalogue: Catalogue, learner: Keepable, *, sync_s: float = 0.2) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.state = folder, State(catalogue, learner)
        self.position = b""
        self._shelf, self._journal = Shelf(folder), Journal(folder, sync_s=sync_s)
        self._lock, self._writing = threading.Lock(), threading.Lock()
        self._floor = 0  # nothing older than this may be kept: it may name somebody who was forgotten
        self._is_open = False
        self._owner = os.open(folder / "owner", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._owner, fcntl.LOCK_EX | fcntl.LOCK_NB)  # ends with the process, however it ends
        except OSError as error:
            os.close(self._owner)
            raise Busy(str(folder)) from error

    def recover(self) -> Recovered:
        """Load the newest good snapshot, replay what came after it, and get ready to write. Into an empty catalogue.

        Damaged if it cannot be done exactly: then `discard`, fill the state from rows and `snapshot`.
        """
        with self._lock:
            disk.clear(self.folder)
            found = self.state.read(self.folder)
            for number in self._shelf.numbers():
                if number > found.snapshot:
                    disk.remove(self._shelf.path(number))  # damaged: it must not count as one of the last two
            self._floor = found.floor
            self._journal.start(found.sequence)
            self.position, self._is_open = found.position, True
            self._tidy()
            return replace(found, cut_bytes=self._journal.cut_bytes)

    def learn(self, events: Events, *, now: float, position: bytes | None = None) -> None:
        """Learn from one batch of events; see `take`."""
        self.take([Learned(events, now)], position)

    def take(self, steps: Iterable[Step], position: bytes | None = None) -> None:
        """Write steps down as one record, then apply them: after a crash all of them count, or none.

        `position` says up to where the caller has read what they were made of (None: as before); `recover` returns
        it. ValueError (a time that is not finite) and OSError (the disk is full) change nothing. If applying fails
        the record is taken back, and nothing more is taken until a restart, which brings the state before it.
        """
        with self._lock:
            self._opened()
            told = self.position if position is None else position
            record = encode(steps, told)
            self._journal.append(record)
            try:
                # What is applied is what a replay will read: a column of another type could not make them differ.
                for step in decode(record)[0]:
                    self.state.apply(step)
            except Exception:
                self._is_open = False
                self._journal.undo()
                self.state.counts.refused += 1
                raise
            self.position = told

    def sync(self) -> None:
        """Make all that was taken outlast a power cut. Call it when nothing was taken for a while."""
        with self._lock:
            self._journal.sync()

    def snapshot(self) -> int:
        """Write the state to a file, remove what it makes needless, and return its sequence number.

        Steps are taken meanwhile, but for the time the copy takes. A crash leaves the snapshot before it and the
        journal since, or both snapshots: files are removed last.
        """
        with self._writing:
            with self._lock:
                self._opened()
                self._journal.rotate()
                number, arrays, about = self._journal.last, self.state.arrays(), self._about()
            self._shelf.put(number, arrays, about)
            self._tidy()
            return number

    def forget(
        self, viewers: Iterable[int] = (), clips: Sequence[UUID] = (), creators: Sequence[UUID] = (),
        *, position: bytes | None = None,
    ) -> None:  # fmt: skip
        """Keep nothing by which these viewers (keys) can be told, nor these clips, nor these creators and their clips.

        When it returns neither memory nor a file of the folder has their bytes: a new snapshot covers everything, and
        all that is older is removed, the journal whole. If it raises or the process dies before, recover and
        call it again. What a viewer's events added to the sums about clips stays in them, without a name. It costs a
        snapshot: pass many at once. With nobody to forget it makes the state as it is now, however it came about
        (filled from rows), the beginning of what is kept; `position` as in `take`.
        """
        with self._writing, self._lock:
            self._opened()
            self._is_open = False  # until it is on disk: what is forgotten in memory only, a replay would not know of
            self.state.forget(viewers, clips, creators)
            self.position = self.position if position is None else position
            # A number of its own, for a snapshot that holds what no record says. The journal follows only when the
            # snapshot is there: a crash in between leaves a journal that the next start continues after it.
            floor = self._journal.last + 1
            self._shelf.put(floor, self.state.arrays(), self._about(floor))
            self._floor = floor
            self._journal.rotate(skip=1)
            self._is_open = True
            self._tidy()

    def discard(self) -> None:
        """Remove all files and begin at nothing. The catalogue and the learner are to be new ones."""
        with self._writing, self._lock:
            self._journal.close()
            disk.clear(self.folder)
            for path in (*self.folder.glob("journal-*.log"), *self.folder.glob("state-*.snap")):
                disk.remove(path)
            self._journal.start(0)
            self.position, self._floor, self._is_open = b"", 0, True

    def close(self) -> None:
        """Sync, and let another process write the folder."""
        with self._lock:
            self._is_open = False
            try:
                self._journal.close()
            finally:
                os.close(self._owner)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _opened(self) -> None:
        if not self._is_open:
            raise Damaged("the state was not recovered, or a step failed: recover into new ones")

    def _about(self, floor: int | None = None) -> dict[str, Any]:
        return {"position": self.position.hex(), "floor": self._floor if floor is None else floor}

    def _tidy(self) -> None:
        """Remove what is older than the last two snapshots, or than the last forgetting."""
        self._journal.drop(self._shelf.keep(self._floor))


def follow(folder: Path, catalogue: Catalogue, learner: Keepable) -> Recovered:
    """Bring an empty catalogue and learner to what another process keeps in a folder, without changing it.

    Its writer may remove files meanwhile; then it is tried again. Damaged as `Durable.recover`.
    """
    shelf = Shelf(folder)
    for _ in range(TRIES):
        before = shelf.numbers()
        try:
            return State(catalogue, learner).read(folder)
        except (FileNotFoundError, Damaged):
            if catalogue.size or shelf.numbers() == before:
                raise
    raise Damaged("the folder changes too quickly")
