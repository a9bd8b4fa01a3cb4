"""A list ranked once and handed out slate by slate, while nothing that it was ranked by has changed.

What was ranked in vain is small, and most who look on do so at once; what they must not be shown is looked at again
at every hand-out, and every slate is written down, with its own trace, like any other.
"""

import time
from dataclasses import dataclass
from typing import Any

import numpy as np

from parvis.feed.pipelines import Wish
from parvis.feed.traces import Sheet
from parvis.recommender.pipeline import Pipeline
from parvis.recommender.signals import Ints

CLIPS = 32  # ranked at once: four slates as the page asks for them
LONGEST_S = 30.0


@dataclass
class Ahead:
    """The rest of a ranked list. Used under the lock of its viewer. `places` are those of the list still to come."""

    basis: tuple[Any, ...]
    until: float
    clips: Ints
    sheet: Sheet
    places: list[int]
    seen: int

    @classmethod
    def of(cls, wish: Wish, clips: Ints, sheet: Sheet) -> "Ahead":
        """Keep a list that was just ranked for a wish."""
        places = list(range(len(clips)))
        return cls(basis_of(wish), time.monotonic() + LONGEST_S, clips, sheet, places, wish.viewer.seen.count)

    def next(self, wish: Wish, pipeline: Pipeline[Wish]) -> list[int] | None:
        """Return the places of the next slate in the list; None if it is to be ranked anew."""
        if self.basis != basis_of(wish) or time.monotonic() > self.until:
            return None
        seen = wish.viewer.seen
        meanwhile = set(wish.shown.tolist())
        if seen.count > self.seen:
            meanwhile.update(seen.last(seen.count - self.seen).tolist())
        clips = self.clips.tolist()
        places = [place for place in self.places if clips[place] not in meanwhile]
        if len(places) < wish.n:
            return None
        at = np.array(places)
        listed = self.clips.take(at)
        for stage in pipeline.filters:
            if not stage.soft:
                kept = stage.keep(wish, listed)
                if not kept.all():
                    at, listed = at[kept], listed[kept]
        places = [int(place) for place in at.tolist()]
        if len(places) < wish.n:
            return None
        self.places, self.seen = places[wish.n :], seen.count
        return places[: wish.n]


def basis_of(wish: Wish) -> tuple[Any, ...]:
    """Return what a ranking depends on and a viewer can change. Arrays are replaced, never written to."""
    viewer = wish.viewer
    arrays = (id(viewer.follows), id(viewer.blocked), id(viewer.refused))
    return (viewer.taste.events, wish.market, wish.language, wish.age, wish.me, *arrays)
