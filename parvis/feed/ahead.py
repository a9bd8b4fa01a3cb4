"""A list ranked once and handed out slate by slate, while nothing that it was ranked by has changed.

As a file is read ahead: a viewer who acts between two slates gets each one ranked for it alone; for one who goes on
and on without a sign, more are ranked each time. What must not be shown is looked at again at a hand-out.

The whole list is one row, written with its trace before the first of it is shown. It is open while more of it may be
shown; when that is over it is closed, which cuts the row to what was shown. A crash leaves it open: then it says more
than was shown, never less, and nobody is shown the rest of it later.
"""

import time
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from parvis.accounts.viewer import Viewer as Visitor
from parvis.feed.params import cursor_of_shown
from parvis.feed.pipelines import Wish
from parvis.feed.writer import Wish as Keep
from parvis.recommender.catalogue import Catalogue
from parvis.recommender.pipeline import Pipeline
from parvis.recommender.signals import Ints
from parvis.recommender.viewers import Viewer

MOST_CLIPS = 240  # ranked at once: thirty slates as the page asks for them
LONGEST_S = 30.0


@dataclass
class Ahead:
    """The rest of a ranked list. Used under the lock of its viewer. `places` are those of the list still to come.

    `changes` and `seen` are the counters of the catalogue and of the viewer's clips when the rest was last looked at;
    who shows what `next` gives says so (`shown`), so that it does not count as shown elsewhere.
    """

    id: str
    home: str
    basis: tuple[Any, ...]
    until: float
    clips: list[int]
    changes: int
    seen: int
    kept: Keep | None = None  # on its way to its row; what is shown waits for it
    places: list[int] = field(init=False)
    passed: int = 0  # so many of the list were shown, or left out on the way
    is_open: bool = field(init=False)  # whether its row is
    page: bytes = b""  # what the page has that was given the last slate of this list
    after: str = ""  # the cursor that the page was given with it
    visitor: Visitor | None = None  # who was given it, if the wish was theirs as it is in their cookie

    def __post_init__(self) -> None:
        self.places = list(range(len(self.clips)))
        self.indices: Ints = np.array(self.clips, np.int32)
        self.is_open = False

    @classmethod
    def of(cls, id_: str, home: str, wish: Wish, catalogue: Catalogue, clips: list[int]) -> "Ahead":
        """Keep a list that was just ranked for a wish."""
        until = time.monotonic() + LONGEST_S
        return cls(id_, home, basis_of(wish), until, clips, catalogue.changes, wish.viewer.seen.count)

    @property
    def is_over(self) -> bool:
        """Whether nothing more of it may be shown."""
        return time.monotonic() >= self.until or bool(self.kept and self.kept.failed)

    def close(self) -> tuple[tuple[str, str, str], ...]:
        """Return what the writer needs to close the row: home, id, length; nothing if it is closed already."""
        if not self.is_open:
            return ()
        self.is_open, self.until = False, 0.0
        return ((self.home, self.id, str(self.passed)),)

    def slates(self, wish: Wish) -> int:
        """Return how many slates to rank next, after this list: more if the viewer gave no sign since.
        Caps are of one slate, so each is ranked alone where there are some."""
        if wish.viewer.is_capped or not self._holds(wish):
            return 1
        return max(min(4 * len(self.clips), MOST_CLIPS) // wish.n, 1)

    def shown(self, n: int, clips: int, page: bytes) -> None:
        """Go on by `n` places, of which so many clips were shown (others may not be). `page`: see there."""
        if self.places:
            self.passed = self.places[:n][-1] + 1
        del self.places[:n]
        self.seen += clips
        self.page, self.after = page, cursor_of_shown(page)

    def is_as_it_was(self, wish: tuple[Visitor, str], viewer: Viewer, changes: int) -> bool:
        """Whether nothing at all has changed since the last slate of this list: who asks, with a cookie and a cursor;
        what that viewer was shown and did; which clips may be shown."""
        visitor, after = wish
        return (
            self.visitor is visitor
            and self.after == after
            and self.changes == changes
            and self.seen == viewer.seen.count
            and self.basis[-1] == state_of(viewer)
            and not self.is_over
        )

    def next(self, wish: Wish, pipeline: Pipeline[Wish]) -> list[int] | None:
        """Return the places of the next slate in the list, to be taken; None if it is to be ranked anew."""
        if not self._holds(wish):
            return None
        self._leave_out_shown(wish)
        self._leave_out_hidden(wish, pipeline)
        if len(self.places) < wish.n:
            return None
        return self.places[: wish.n]

    def _holds(self, wish: Wish) -> bool:
        return self.basis == basis_of(wish) and not self.is_over

    def _leave_out_shown(self, wish: Wish) -> None:
        """Drop what was shown elsewhere meanwhile."""
        clips, seen = self.clips, wish.viewer.seen
        meanwhile = set(wish.shown.tolist())
        if seen.count > self.seen:
            meanwhile.update(seen.last(seen.count - self.seen).tolist())
            self.seen = seen.count
        if meanwhile:
            self.places = [place for place in self.places if clips[place] not in meanwhile]

    def _leave_out_hidden(self, wish: Wish, pipeline: Pipeline[Wish]) -> None:
        """Drop what may not be shown any more."""
        if pipeline.catalogue.changes == self.changes:
            return
        self.changes = pipeline.catalogue.changes
        listed = np.array([self.clips[place] for place in self.places], np.int32)
        kept = np.ones(len(listed), np.bool_)
        for stage in pipeline.filters:
            if not stage.soft:
                kept &= stage.keep(wish, listed)
        self.places = [place for place, keeps in zip(self.places, kept.tolist(), strict=True) if keeps]


def basis_of(wish: Wish) -> tuple[Any, ...]:
    """Return what a ranking depends on and a viewer can change. Arrays are replaced, never written to."""
    return wish.market, wish.language, wish.age, wish.me, state_of(wish.viewer)


def state_of(viewer: Viewer) -> tuple[int, ...]:
    """Return what of it is the viewer's own."""
    return viewer.taste.events, id(viewer.follows), id(viewer.blocked), id(viewer.muted), id(viewer.refused)
