"""The index: an inverted file (IVF; Sivic and Zisserman 2003, Jégou et al. 2011) over unit vectors.

Vectors stand list by list in one block; a search scores the few lists whose centres are nearest to the query. A new
clip is put at the end of its list's tail and is found from then on; a removed one is marked. One thread changes at a
time (a lock sees to it), any number search without a lock.
"""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from parvis.recommender.signals import Floats, Ints
from parvis.recommender.vectors.files import Stored, read, write
from parvis.recommender.vectors.kmeans import lists_for, nearest, train
from parvis.recommender.vectors.rows import GONE, BadVectorError, Part, Tail, decode, encode, unit

DIMENSIONS = 64
PROBES = 80  # of 4,000 lists at a million vectors: 20,000 rows
MOST_IDS = 1 << 27  # ids are small numbers, as the catalogue gives them: a table by id is kept
UNTRAINED_UNTIL = 4096  # up to so many vectors one list, scanned whole, is as fast
IN_TAIL = 1 << 32  # a row's place: its number in the block, or (list + 1) * IN_TAIL + its number in that list's tail
OUTGROWN = 4.0  # an index that is so many times what its centres were trained on is due to be built again

Long = npt.NDArray[np.int64]


class Found(NamedTuple):
    """What a search found, best first: ids [m] and inner products [m]."""

    ids: Ints
    scores: Floats


NOTHING = Found(np.empty(0, np.int32), np.empty(0, np.float32))


class VectorIndex:
    """Unit vectors by id. `quantised`: int8 rows, a quarter of the memory for about .02 of the recall."""

    def __init__(self, dimensions: int = DIMENSIONS, *, quantised: bool = False) -> None:
        empty = np.empty((0, dimensions), np.float32)
        rows, scales = encode(empty, quantised)
        centre = np.eye(1, dimensions, dtype=np.float32)
        ids: Ints = np.empty(0, np.int32)
        self._take(Stored(centre, np.zeros(2, np.int64), Part(ids, rows, scales), trained_on=0))

    @classmethod
    def build(
        cls, vectors: Floats, ids: Ints | None = None, *, seed: int = 0, lists: int = 0, quantised: bool = False
    ) -> "VectorIndex":
        """Return an index of vectors [n, d] by ids [n] (0..n-1 if not given); the same for the same seed.

        `lists`: how many, 0 for `kmeans.lists_for`. BadVectorError as in `add`, and for an id given twice.
        """
        given = np.asarray(vectors)
        made = cls(given.shape[1] if given.ndim == 2 else DIMENSIONS, quantised=quantised)
        ready = unit(given, made.dimensions)
        numbers = _numbers(np.arange(len(ready)) if ids is None else ids, len(ready))
        if len(np.unique(numbers)) != len(numbers):
            raise BadVectorError("an id stands there twice")
        if not len(ready):
            return made
        centres = train(ready, min(lists or lists_for(len(ready)), len(ready)), seed)
        owner = nearest(ready, centres)
        order = np.argsort(owner, kind="stable")
        starts = np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=len(centres)))])
        part = Part(numbers[order], *encode(ready[order], quantised))
        made._take(Stored(centres, starts.astype(np.int64), part, trained_on=len(ready)))
        return made

    @classmethod
    def open(cls, path: Path, *, whole: bool = False) -> "VectorIndex":
        """Return the index in a file, its rows mapped: several processes share their pages.

        IndexFileError where the file is cut off, damaged or of another kind. A list's rows are checked when they are
        first searched (a search then raises it), or all at once with `whole`. OSError as from opening any file.
        """
        made = cls.__new__(cls)
        made._take(read(path))
        if whole:
            for number in range(made.lists):
                made._stored.check(number)
        return made

    def save(self, path: Path) -> None:
        """Write the index to a file, tails merged and removed rows left out; all or nothing. OSError as usual.

        Changes may go on meanwhile; those made after the start are not in the file.
        """
        with self._lock:
            stored = self._stored
            ids = stored.part.ids.copy()
            tails = [None if tail is None else tail.view() for tail in self._tails]
            tails = [None if part is None else part._replace(ids=part.ids.copy()) for part in tails]
        write(path, stored, ids, tails)

    def __len__(self) -> int:
        return self._size

    @property
    def lists(self) -> int:
        """How many lists there are."""
        return len(self._stored.centres)

    @property
    def is_due(self) -> bool:
        """Whether it has outgrown its centres: then call `rebuilt` in the background."""
        return self._size > max(UNTRAINED_UNTIL, OUTGROWN * self._stored.trained_on)

    def rebuilt(self, *, seed: int = 0) -> "VectorIndex":
        """Return a new index of the same vectors with centres of their own. Seconds per million: not in a request."""
        with self._lock:
            parts = [part.kept() for number in range(self.lists) for part in self._parts(number)]
        ids = np.concatenate([part.ids for part in parts]) if parts else NOTHING.ids
        vectors = np.concatenate([np.empty((0, self.dimensions), np.float32), *[decode(*part[1:]) for part in parts]])
        return type(self).build(vectors, ids, seed=seed, quantised=self.quantised)

    def search(self, vector: Floats, most: int, probes: int = PROBES) -> Found:
        """Return up to `most` ids nearest to a vector [d] of any length, best first, from the `probes` nearest lists.

        BadVectorError for a vector of another shape or not finite. One of length 0 is near to nothing, and an empty
        index has nothing. IndexFileError where rows read from a file turn out to be damaged.
        """
        query = np.asarray(vector, np.float32)
        if query.shape != (self.dimensions,):
            raise BadVectorError(f"a vector is of shape [{self.dimensions}], not {list(query.shape)}")
        if not self._size or most < 1 or not query.any():
            return NOTHING
        query = unit(query[None, :], self.dimensions)[0]
        parts = [part for number in self._nearest_lists(query, probes) for part in self._parts(number)]
        if not parts:
            return NOTHING
        scores = np.concatenate([part.scores(query) for part in parts])
        ids = np.concatenate([part.ids for part in parts])
        if self._gone:
            scores[ids < 0] = -np.inf
        return _best(ids, scores, most)

    def search_many(self, vectors: Floats, most: int, probes: int = PROBES) -> Found:
        """Search for each row of vectors [m, d]: ids and scores of shape [m, most], -1 and -inf where there is none."""
        given = np.asarray(vectors, np.float32)
        if given.ndim != 2 or given.shape[1] != self.dimensions:
            raise BadVectorError(f"vectors are of shape [m, {self.dimensions}], not {list(given.shape)}")
        most = max(most, 0)
        ids = np.full((len(given), most), -1, np.int32)
        scores = np.full((len(given), most), -np.inf, np.float32)
        for row, vector in enumerate(given):
            found = self.search(vector, most, probes)
            ids[row, : len(found.ids)], scores[row, : len(found.ids)] = found
        return Found(ids, scores)

    def exact(self, vector: Floats, most: int) -> Found:
        """The same from all lists: what `search` is measured against."""
        return self.search(vector, most, self.lists)

    def add(self, ids: Ints, vectors: Floats) -> None:
        """Add vectors [n, d] by ids [n]; they are found from now on. A known id takes its new vector.

        Vectors may be of any length. BadVectorError where one is zero, not finite or of another shape, where an id is
        negative or beyond MOST_IDS, or stands there twice: then nothing has changed.
        """
        ready = unit(vectors, self.dimensions)
        numbers = _numbers(ids, len(ready))
        if len(numbers) > 1 and len(np.unique(numbers)) != len(numbers):
            raise BadVectorError("an id stands there twice")
        if not len(ready):
            return
        owner = nearest(ready, self._stored.centres)
        part = Part(numbers, *encode(ready, self.quantised))
        with self._lock:
            self._room(int(numbers.max()))
            before = self._places[numbers]
            self._drop(before[before >= 0])
            if len(numbers) == 1:  # nearly always: sorting one clip into its list takes longer than adding it
                self._append(int(owner[0]), part)
            else:
                for number in np.unique(owner).tolist():
                    self._append(number, part.take(np.flatnonzero(owner == number)))
            self._size += len(numbers)
            self.changes += 1

    def remove(self, ids: Ints) -> int:
        """Find these no more; return how many were there. Unknown ids are ignored."""
        wanted = np.unique(np.asarray(ids, np.int64).ravel())
        with self._lock:
            wanted = wanted[(wanted >= 0) & (wanted < len(self._places))]
            places = self._places[wanted]
            known = places >= 0
            self._drop(places[known])
            self._places[wanted[known]] = -1
            self.changes += 1
            return int(known.sum())

    def vectors(self, ids: Ints) -> Floats:
        """Return the vectors of ids, shape [n, d]; zeros for an unknown one. int8 rows come back as rounded."""
        wanted = np.asarray(ids, np.int64).ravel()
        found = np.zeros((len(wanted), self.dimensions), np.float32)
        places, main = self._places, self._stored.part
        inside = np.flatnonzero((wanted >= 0) & (wanted < len(places)))
        at = places[wanted[inside]]
        stored = (at >= 0) & (at < IN_TAIL)
        rows = at[stored]
        found[inside[stored]] = decode(main.rows[rows], main.scales[rows] if self.quantised else main.scales)
        for row, place in zip(inside[at >= IN_TAIL].tolist(), at[at >= IN_TAIL].tolist(), strict=True):
            tail = self._tails[place // IN_TAIL - 1]
            if tail is not None:
                one = tail.view().take(np.array([place % IN_TAIL]))
                found[row] = decode(one.rows, one.scales)[0]
        return found

    def _take(self, stored: Stored) -> None:
        """Start from what was built or read."""
        self._lock = threading.Lock()
        self._stored = stored
        self._tails: list[Tail | None] = [None] * len(stored.centres)
        self.dimensions: int = stored.centres.shape[1]
        self.quantised = stored.part.rows.dtype == np.int8
        ids = stored.part.ids
        self._places: Long = np.full(int(ids.max(initial=-1)) + 1, -1, np.int64)
        self._places[ids] = np.arange(len(ids))
        self._size = len(ids)
        self._gone = 0
        self.changes = 0  # rises with every addition and removal

    def _nearest_lists(self, query: Floats, probes: int) -> list[int]:
        probes = max(probes, 1)
        if probes >= self.lists:
            return list(range(self.lists))
        near: list[int] = np.argpartition(self._stored.centres @ query, self.lists - probes)[-probes:].tolist()
        return near

    def _parts(self, number: int) -> Iterator[Part]:
        """Yield the rows of a list: those it was made with, and its tail."""
        stored, tail = self._stored, self._tails[number]
        if stored.starts[number] < stored.starts[number + 1]:
            yield stored.list(number)
        if tail is not None:
            yield tail.view()

    def _append(self, number: int, part: Part) -> None:
        tail = self._tails[number]
        if tail is None:
            tail = Tail(self.dimensions, self.quantised)
        first = tail.extend(part)
        self._tails[number] = tail
        self._places[part.ids] = (number + 1) * IN_TAIL + np.arange(first, first + len(part.ids))

    def _drop(self, places: Long) -> None:
        """Mark rows as removed."""
        self._gone += len(places)  # first: a search that meets the mark knows that there are some
        self._size -= len(places)
        self._stored.part.ids[places[places < IN_TAIL]] = GONE
        for place in places[places >= IN_TAIL].tolist():
            tail = self._tails[place // IN_TAIL - 1]
            if tail is not None:
                tail.remove(place % IN_TAIL)

    def _room(self, largest: int) -> None:
        """Make room in the table by id."""
        room = len(self._places)
        if largest >= room:
            grown = np.full(max(largest + 1, 2 * room, 64), -1, np.int64)
            grown[:room] = self._places
            self._places = grown


def _best(ids: Ints, scores: Floats, most: int) -> Found:
    """Return the best `most`, best first; of equals the smaller id. Removed rows are left out."""
    if len(scores) > most:
        places = np.argpartition(scores, len(scores) - most)[-most:]
        ids, scores = ids[places], scores[places]
    order = np.lexsort((ids, -scores))
    order = order[ids[order] >= 0]  # also what was removed while this search ran
    return Found(ids[order], scores[order])


def _numbers(ids: object, size: int) -> Ints:
    """Return ids as an array; BadVectorError where they are not `size` whole numbers from 0 to MOST_IDS."""
    given = np.asarray(ids)
    if given.shape != (size,) or (size and given.dtype.kind not in "iu"):
        raise BadVectorError(f"ids are whole numbers, one for each of {size} vectors")
    if size and (given.min() < 0 or given.max() >= MOST_IDS):
        raise BadVectorError(f"an id is from 0 to {MOST_IDS - 1}")
    return given.astype(np.int32)
