"""The vectors of the clips of one catalogue, searched by catalogue index, and a viewer's place among them."""

import numpy as np

from parvis.recommender.catalogue import Catalogue
from parvis.recommender.encoder.model import WIDTH, Encoder
from parvis.recommender.encoder.rows import Names, names_of
from parvis.recommender.signals import Floats, Ints
from parvis.recommender.vectors.index import Found, VectorIndex
from parvis.recommender.viewers import Viewer

CHUNK = 65_536
# A visit to a list costs as much as a few hundred rows: few long lists are looked at, for speed at some cost in recall.
ROWS_EACH, PROBES = 512, 2


class Space:
    """An encoder over one catalogue. `index` holds unit vectors by place in `names` (`rows.names_of`), of the clips
    that were there when it was made; those that came since are added by `refresh`. One thread refreshes, any search."""

    def __init__(
        self, catalogue: Catalogue, encoder: Encoder, index: VectorIndex, names: Names, lengths: Floats
    ) -> None:
        self.catalogue, self.encoder, self.index, self.names = catalogue, encoder, index, names
        self.lengths = lengths
        self._by_name = np.argsort(names, kind="stable")
        self._clip: Ints = np.full(len(names), -1, np.int32)  # by place in the index, and the other way round
        self._place: Ints = np.empty(0, np.int32)
        self.refresh()

    @classmethod
    def build(cls, catalogue: Catalogue, encoder: Encoder, *, seed: int = 0) -> "Space":
        """Return a space of all clips of a catalogue. Seconds for a hundred thousand: not in a request."""
        names = names_of(catalogue.raw[: catalogue.size])
        made = vectors_of(encoder, catalogue, np.arange(catalogue.size))
        index = VectorIndex.build(made, seed=seed, lists=max(1, len(made) // ROWS_EACH))
        return cls(catalogue, encoder, index, names, _lengths(made))

    def refresh(self) -> None:
        """Take in clips that came to the catalogue since the last time: they are found from now on."""
        first, size = len(self._place), self.catalogue.size
        if first == size:
            return
        clips = np.arange(first, size)
        places = _places(self.names, self._by_name, names_of(self.catalogue.raw[first:size])).astype(np.int32)
        new = np.flatnonzero(places < 0)
        places[new] = np.arange(len(self._clip), len(self._clip) + len(new))
        grown = np.concatenate([self._clip, np.full(len(new), -1, np.int32)])
        grown[places] = clips
        if len(new):
            made = vectors_of(self.encoder, self.catalogue, clips[new])
            self.lengths = np.concatenate([self.lengths, _lengths(made)])
        self._clip, self._place = grown, np.concatenate([self._place, places])
        if len(new):
            self.index.add(places[new], made)

    def __len__(self) -> int:
        return len(self.index)

    @property
    def lists(self) -> int:
        """How many lists the index has."""
        return self.index.lists

    @property
    def changes(self) -> int:
        """Rises with every addition."""
        return self.index.changes

    def search(self, vector: Floats, most: int, probes: int) -> Found:
        """As `VectorIndex.search`, with catalogue indices; clips that this catalogue lacks are left out."""
        found = self.index.search(vector, most, probes)
        clips = self._clip[found.ids]
        return Found(clips[clips >= 0], found.scores[clips >= 0])

    def vectors(self, clips: Ints) -> Floats:
        """Return the vectors of clips, shape [n, width]; zeros for one that is not taken in yet."""
        places = self._place[np.minimum(clips, len(self._place) - 1)]
        found: Floats = self.index.vectors(places) * (self.lengths[places] * (clips < len(self._place)))[:, None]
        return found

    def after(self, viewer: Viewer) -> Floats | None:
        """Return the vector of what comes after the viewer's last likings, or None where there are none."""
        liked = viewer.taste.liked
        if not len(liked):
            return None
        again = np.append(False, liked[1:] == liked[:-1])
        return self.encoder.state(self.vectors(liked[~again]))

    def around(self, viewer: Viewer) -> Floats | None:
        """Return the mean of the unit vectors of the viewer's last likings, or None where there are none."""
        liked = viewer.taste.liked
        if not len(liked) or liked.max() >= len(self._place):
            return None
        mean: Floats = self.index.vectors(self._place[liked]).mean(axis=0)
        return mean


def vectors_of(encoder: Encoder, catalogue: Catalogue, clips: Ints) -> Floats:
    """Return the vectors of clips of a catalogue, shape [n, width]: their own where they have one, and their kinds'."""
    order = np.argsort(encoder.names, kind="stable")
    made = np.empty((len(clips), WIDTH), np.float32)
    for low in range(0, len(clips), CHUNK):
        some = clips[low : low + CHUNK]
        number = _places(encoder.names, order, names_of(catalogue.raw[some]))
        made[low : low + CHUNK] = encoder.vectors(catalogue.features[some], number)
    made[~made.any(axis=1), 0] = 1e-6  # a clip without any feature that was learned is somewhere
    return made


def _lengths(vectors: Floats) -> Floats:
    lengths: Floats = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))
    return lengths


def _places(names: Names, order: Ints, wanted: Names) -> Ints:
    """Return where each of `wanted` stands in `names`, -1 where it does not; `order` sorts them."""
    if not len(names):
        return np.full(len(wanted), -1, np.intp)
    at = order[np.minimum(np.searchsorted(names, wanted, sorter=order), len(names) - 1)]
    return np.where(names[at] == wanted, at, -1)
