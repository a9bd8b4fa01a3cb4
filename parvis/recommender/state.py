"""A catalogue and a learner of it as one state: how steps change it, as arrays, and what a folder holds of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from uuid import UUID

import numpy as np
import numpy.typing as npt

from parvis.recommender import catalogue_snapshot
from parvis.recommender.catalogue import Catalogue
from parvis.recommender.disk import Damaged
from parvis.recommender.interface import Events
from parvis.recommender.journal import records, segments
from parvis.recommender.sieve import Counts, sift
from parvis.recommender.signals import KINDS, Ints
from parvis.recommender.snapshots import Array, Shelf
from parvis.recommender.steps import Added, Hidden, Learned, Shown, Step, decode


class Keepable(Protocol):
    """What a learner must be able to do to be kept here: see `interface.Learner` for the first four."""

    def learn(self, events: Events, *, now: float) -> None: ...
    def exposed(self, clips: Ints) -> None: ...
    def snapshot(self) -> dict[str, Array]: ...
    def restore(self, arrays: dict[str, Array]) -> None: ...
    def take_back(self, clip: int, kind: int) -> None:
        """Count an act no more that was learned about a clip."""

    def forget(self, viewers: npt.NDArray[np.uint64]) -> None:
        """Keep nothing by which these viewers can be told."""

    def erase(self, clips: Ints) -> None:
        """Keep nothing about these clips."""


@dataclass(frozen=True)
class Recovered:
    """What a recovery found. `position` is what the caller gave with the last step kept: read on from there."""

    sequence: int = 0
    position: bytes = b""
    snapshot: int = 0  # the sequence number of the snapshot that was taken up, 0 for none
    replayed: int = 0  # records
    floor: int = 0  # when somebody was forgotten last: nothing older may be kept
    damaged_snapshots: int = 0
    cut_bytes: int = 0  # a torn tail


class State:
    """A catalogue and a learner of it, and how steps change them. Not for several threads at once."""

    def __init__(self, catalogue: Catalogue, learner: Keepable) -> None:
        self.catalogue, self.learner = catalogue, learner
        self.counts = Counts()  # since this process started, replay included

    def apply(self, step: Step) -> None:
        """Carry out one step. What makes no sense is counted and left out, the same way at every replay."""
        if isinstance(step, Learned):
            events, counts = sift(step.events, self.catalogue.size, step.now)
            self.counts.add(counts)
            self.learner.learn(events, now=step.now)
        elif isinstance(step, Added):
            self.catalogue.add(step.clips)
        elif isinstance(step, Hidden):
            self.catalogue.hide(step.ids)
        elif isinstance(step, Shown):
            known = (step.clips >= 0) & (step.clips < self.catalogue.size)
            self.counts.unknown_clip += int((~known).sum())
            self.learner.exposed(step.clips[known])
        elif 0 <= step.clip < self.catalogue.size and 0 <= step.kind < len(KINDS):
            self.learner.take_back(step.clip, step.kind)
        else:
            self.counts.unknown_clip += 1

    def forget(self, viewers: Iterable[int] = (), clips: Sequence[UUID] = (), creators: Sequence[UUID] = ()) -> None:
        """Keep nothing by which these viewers (keys) can be told, nor these clips, nor these creators and theirs."""
        if clips or creators:
            self.learner.erase(catalogue_snapshot.erase(self.catalogue, clips, creators))
        self.learner.forget(np.array(list(viewers), np.uint64))

    def arrays(self) -> dict[str, Array]:
        """Return everything as named arrays (copies)."""
        clips = {f"catalogue.{name}": array for name, array in catalogue_snapshot.snapshot(self.catalogue).items()}
        return clips | {f"learner.{name}": array for name, array in self.learner.snapshot().items()}

    def restore(self, arrays: dict[str, Array]) -> None:
        """Take up what `arrays` returned. Damaged if it does not fit; then the catalogue is as empty as before."""
        parts: dict[str, dict[str, Array]] = {"catalogue": {}, "learner": {}}
        for name, array in arrays.items():
            owner, _, rest = name.partition(".")
            parts.setdefault(owner, {})[rest] = array
        try:
            catalogue_snapshot.restore(self.catalogue, parts["catalogue"])
        except ValueError as error:
            raise Damaged("the snapshot is not of such a catalogue") from error
        try:
            self.learner.restore(parts["learner"])
        except ValueError as error:
            catalogue_snapshot.clear(self.catalogue)
            raise Damaged("the snapshot is of another learner") from error

    def read(self, folder: Path) -> Recovered:
        """Bring an empty state to what a folder holds, changing no file. Damaged if it cannot be had whole.

        Nothing is taken up from a damaged snapshot. If the journal turns out to be damaged the state is of no use.
        """
        number, arrays, about, damaged = Shelf(folder).newest()
        if damaged and not number and not segments(folder):
            raise Damaged("no snapshot is whole, and there is no journal")
        kept = list(records(folder, number))  # before anything is taken up: a gap is found first
        if arrays:
            self.restore(arrays)
        position = bytes.fromhex(about.get("position", ""))
        for _, payload in kept:
            steps, position = decode(payload)
            for step in steps:
                self.apply(step)
        last = kept[-1][0] if kept else number
        return Recovered(last, position, number, len(kept), about.get("floor", 0), damaged)
