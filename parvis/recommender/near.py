"""Clips near to what a viewer likes, by their vectors: a source of a feed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from parvis.recommender.catalogue import Catalogue
from parvis.recommender.embed import mean_of_taste
from parvis.recommender.signals import Floats, Ints
from parvis.recommender.sources import unseen
from parvis.recommender.vectors.index import PROBES, Found
from parvis.recommender.viewers import NO_CLIPS, Request, Viewer

DEEP = 8  # so many times what is asked for is looked at, since much of it was seen
WIDER = 4  # where that is not enough, so many times as much, in as many times as many lists, and so on


class Vectors(Protocol):
    """Vectors of clips by catalogue index, that can be searched: `vectors.index.Vectors` is one."""

    def __len__(self) -> int: ...

    @property
    def lists(self) -> int: ...

    @property
    def changes(self) -> int: ...

    def search(self, vector: Floats, most: int, probes: int) -> Found: ...

    def vectors(self, clips: Ints) -> Floats: ...


@dataclass
class Served:
    """The vectors in use. Whoever learns them anew puts others in their place; None: there are none."""

    now: Vectors | None = None


def liked_last(index: Vectors, viewer: Viewer) -> Floats | None:
    """Return the mean of what the viewer's taste remembers as liked."""
    liked = viewer.taste.liked
    return mean_of_taste(index.vectors(liked), np.ones(len(liked), np.float32))


@dataclass
class Near:
    """Clips near to a place of the viewer that the viewer was not shown, nearest first.

    `vector_of` gives that place [d] in the space of the vectors, or None. A search is kept for `every` events of the
    viewer, while there are fewer for as many again as there are; or for `every` changes of the vectors.
    """

    catalogue: Catalogue
    served: Served
    most: int = 60
    every: int = 1
    probes: int = PROBES
    vector_of: Callable[[Any, Viewer], Floats | None] = liked_last
    name: str = "near"

    def find(self, request: Request) -> Ints:
        viewer, index = request.viewer, self.served.now
        events = viewer.taste.events
        if index is None or not events or not len(index):
            return NO_CLIPS
        turn = events.bit_length() if events < self.every else -(events // self.every)
        key = (turn, id(index), index.changes // self.every)
        found, wider = viewer.once(self.name, key, lambda: self._nearest(viewer, index, 1)), 1
        new = unseen(self.catalogue, request, found)
        # Who has seen nearly all that is near is led further out; that is kept as long.
        while len(new) < self.most and self.probes * wider < index.lists:
            wider *= WIDER
            viewer.found[self.name] = key, self._nearest(viewer, index, wider)
            new = unseen(self.catalogue, request, viewer.found[self.name][1])
        return new[: self.most]

    def _nearest(self, viewer: Viewer, index: Vectors, wider: int) -> Ints:
        """Return the clips nearest to the viewer that anybody may see, nearest first."""
        vector = self.vector_of(index, viewer)
        if vector is None:
            return NO_CLIPS
        found = index.search(vector, DEEP * self.most * wider, self.probes * wider).ids
        found = found[found < self.catalogue.size]
        return found[self.catalogue.shown[found] & self.catalogue.everyone[found]]
