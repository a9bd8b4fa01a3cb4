"""Clips worth considering for many viewers at once: trending by market and language, and new ones still to be tried."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import inf

import numpy as np
import numpy.typing as npt

from parvis.recommender.catalogue import Catalogue
from parvis.recommender.interests.clips import Vectors
from parvis.recommender.interests.shape import WIDTH
from parvis.recommender.signals import Floats, Ints

Flags = npt.NDArray[np.bool_]
NONE: Ints = np.empty(0, np.intp)


@dataclass(frozen=True)
class PoolRules:
    """How large pools are, and how long a new clip is owed a trial."""

    most: int = 1000
    of_subject: tuple[int, int] = (192, 96)  # of each subject so many in a language, and so many in any
    subjects_s: float = 30.0  # pools of subjects are made anew no sooner, unless there are other subjects
    trial_shows: int = 30  # every new clip is owed this many showings ...
    trial_days: float = 14.0  # ... within this time


@dataclass
class Subjects:
    """The clips of each subject, the best first, as they were at a moment; pools of them are made when asked for."""

    vectors: Vectors | None
    clips: list[Ints]
    fitted: int = -1
    at: float = -inf
    made: dict[tuple[int, int], tuple[Ints, Floats]] = field(default_factory=dict)

    def due(self, vectors: Vectors, since: float) -> bool:
        """Whether this was made before `since`, or of subjects that were."""
        return self.fitted != vectors.fitted or not since < self.at

    def about(self, catalogue: Catalogue, subject: int, language: int, most: tuple[int, int]) -> tuple[Ints, Floats]:
        pool = self.made.get((subject, language))
        if pool is None:
            of = self.clips[subject] if subject < len(self.clips) else NONE
            own = of[catalogue.language[of] == language][: most[0]]
            clips = np.union1d(own, of[: most[1]]).astype(np.intp)
            rows = np.zeros((len(clips), WIDTH), np.float32) if self.vectors is None else self.vectors.rows(clips)
            pool = self.made[subject, language] = clips, rows
        return pool


@dataclass
class Pools:
    """Pools by market and language. `refresh` makes them anew from the merit of all clips, in one background thread;
    requests only read. A key that nobody asked for before is made on the spot."""

    catalogue: Catalogue
    rules: PoolRules = field(default_factory=PoolRules)

    def __post_init__(self) -> None:
        self._merit: Floats = np.empty(0, np.float32)
        self._shows: Ints = np.empty(0, np.int32)
        self._open: Flags = np.empty(0, np.bool_)
        self._trial: Flags = np.empty(0, np.bool_)
        self._subjects = Subjects(None, [])
        self._made: dict[tuple[str, str], Ints] = {}
        self._parts: dict[tuple[str, str], Ints] = {}  # what pools are woven of, until the next refresh

    def refresh(self, merit: Floats, shows: Ints, now: float, vectors: Vectors | None = None) -> None:
        """Take up the merit and the showings of clips 0..len(merit)-1 and remake every pool asked for so far; now and
        then those of subjects, by the `vectors` of clips."""
        size = len(merit)
        catalogue = self.catalogue
        young = now - catalogue.created[:size] < self.rules.trial_days * 86_400
        self._merit, self._shows = merit, shows[:size]
        self._open = catalogue.shown[:size] & catalogue.everyone[:size]
        self._trial = self._open & young & (self._shows < self.rules.trial_shows)
        if vectors is not None and self._subjects.due(vectors, now - self.rules.subjects_s):
            self._subjects = Subjects(vectors, self._by_subject(vectors.main[:size]), vectors.fitted, now)
        self._parts = {}
        self._made = {key: self._make(key) for key in list(self._made)}

    def trending(self, market: str, language: str) -> Ints:
        """Return the best clips of a language, a market and of all, by turns, best first; "" for no such wish."""
        return self._get((f"market {market}", language))

    def trials(self, language: str) -> Ints:
        """Return the clips of a language ("" for any) that are still owed showings, those with the fewest first."""
        return self._get(("trial", language))

    def about(self, subject: int, language: int) -> tuple[Ints, Floats]:
        """Return the best clips of a subject (from 1) in a language (the catalogue's number) and in any, in no order,
        and their vectors [clips, WIDTH]."""
        return self._subjects.about(self.catalogue, subject, language, self.rules.of_subject)

    def _by_subject(self, main: Ints) -> list[Ints]:
        """Return the clips of each subject, the best first; those of number 0, of none, are left out."""
        members = np.flatnonzero(self._open & (main > 0)).astype(np.int32)
        of = main[members]
        order = members[np.lexsort((-self._merit[members], of))]
        ends = np.searchsorted(main[order], np.arange(int(main.max(initial=0)) + 2))
        return [order[start:end] for start, end in pairwise(ends.tolist())]

    def _get(self, key: tuple[str, str]) -> Ints:
        pool = self._made.get(key)
        if pool is None:
            pool = self._made[key] = self._make(key)
        return pool

    def _make(self, key: tuple[str, str]) -> Ints:
        kind, language = key
        if kind == "trial":
            members = np.flatnonzero(self._trial & self._of("language", language) if language else self._trial)
            # Of clips shown equally often the newest is tried first: it is the one that cannot wait.
            worth = self.catalogue.created[members] * 1e-12 - self._shows[members]
            pool: Ints = members[best(worth, self.rules.most)]
            return pool
        wanted = (("language", language), ("market", kind.removeprefix("market ")))
        return turns([self._best(*part) for part in wanted if part[1]] + [self._best("", "")])

    def _of(self, what: str, value: str) -> Flags:
        """Which clips are of a language or a market."""
        catalogue, size = self.catalogue, len(self._open)
        column, names = (
            (catalogue.language, catalogue.languages) if what == "language" else (catalogue.market, catalogue.markets)
        )
        flags: Flags = column[:size] == names.number.get(value, -1)
        return flags

    def _best(self, what: str, value: str) -> Ints:
        """Return the best clips of a language, of a market, or ("") of all."""
        part = self._parts.get((what, value))
        if part is None:
            members = np.flatnonzero(self._open & self._of(what, value) if what else self._open)
            part = self._parts[what, value] = members[best(self._merit[members], self.rules.most)]
        return part


def turns(lists: Sequence[Ints]) -> Ints:
    """Return lists woven into one: the first of each, then the second of each ... A clip stands where it came first."""
    rank = np.concatenate([np.arange(len(clips)) for clips in lists])
    woven = np.concatenate(lists)[np.argsort(rank, kind="stable")]
    _, first = np.unique(woven, return_index=True)
    turned: Ints = woven[np.sort(first)]
    return turned


def best(worth: npt.NDArray[np.floating], most: int) -> npt.NDArray[np.intp]:
    """Return the places of the `most` largest values, largest first; of equals, the later place first."""
    places = np.arange(len(worth))
    if len(worth) > most:
        places = np.sort(np.argpartition(-worth, most)[:most])
    return places[::-1][np.argsort(-worth[places][::-1], kind="stable")]
