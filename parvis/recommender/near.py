"""Clips near to what a viewer likes, by their vectors: a source of a feed."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from parvis.recommender.catalogue import Catalogue
from parvis.recommender.embed import mean_of_taste
from parvis.recommender.signals import Floats, Ints
from parvis.recommender.sources import unseen
from parvis.recommender.vectors.index import PROBES, VectorIndex
from parvis.recommender.viewers import NO_CLIPS, Request, Viewer

DEEP = 8  # so many times what is asked for is looked at, since much of it was seen
WIDER = 4  # where that is not enough, so many times as much, in as many times as many lists, and so on


@dataclass
class Leaning:
    """The last clips that one viewer watched and how each was liked.

    The clips are kept and not their mean: when vectors are learned anew, the viewer's is of the new space too.
    """

    room: int = 64
    clips: Ints = field(default_factory=NO_CLIPS.copy)
    values: Floats = field(default_factory=lambda: np.empty(0, np.float32))

    def observe(self, clips: Ints, values: Floats) -> None:
        """Remember clips [n] and satisfactions [n] (`signals.satisfaction`), the latest last."""
        good = np.isfinite(values) & (clips >= 0)
        self.clips = np.concatenate([self.clips, clips[good]])[-self.room :].astype(np.int32)
        self.values = np.concatenate([self.values, values[good]])[-self.room :].astype(np.float32)

    def vector(self, index: VectorIndex) -> Floats | None:
        """Return the viewer's unit vector [d], or None where nothing is known."""
        return mean_of_taste(index.vectors(self.clips), self.values)


def liked_last(viewer: Viewer, index: VectorIndex) -> Floats | None:
    """Return the mean of what the viewer's taste remembers as liked: for feeds that keep no `Leaning`."""
    liked = viewer.taste.liked
    return mean_of_taste(index.vectors(liked), np.ones(len(liked), np.float32))


@dataclass
class Near:
    """Clips near to the viewer that the viewer was not shown, nearest first.

    `index` holds vectors by catalogue index; whoever learns them anew puts another index in its place. `vector_of`
    gives a viewer's vector [d] in its space, or None.
    """

    catalogue: Catalogue
    index: VectorIndex
    most: int = 60
    probes: int = PROBES
    vector_of: Callable[[Viewer, VectorIndex], Floats | None] = liked_last
    name: str = "near"

    def find(self, request: Request) -> Ints:
        viewer, index = request.viewer, self.index
        if not viewer.taste.events or not len(index):
            return NO_CLIPS
        key = (viewer.taste.events, id(index), index.changes)
        found, wider = viewer.once(self.name, key, lambda: self._nearest(viewer, index, 1)), 1
        new = unseen(self.catalogue, request, found)
        # Who has seen nearly all that is near is led further out; that is remembered until the next event.
        while len(new) < self.most and self.probes * wider < index.lists:
            wider *= WIDER
            viewer.found[self.name] = key, self._nearest(viewer, index, wider)
            new = unseen(self.catalogue, request, viewer.found[self.name][1])
        return new[: self.most]

    def _nearest(self, viewer: Viewer, index: VectorIndex, wider: int) -> Ints:
        """Return the clips nearest to the viewer that anybody may see, nearest first."""
        vector = self.vector_of(viewer, index)
        if vector is None:
            return NO_CLIPS
        found = index.search(vector, DEEP * self.most * wider, self.probes * wider).ids
        found = found[found < self.catalogue.size]
        return found[self.catalogue.shown[found] & self.catalogue.everyone[found]]
