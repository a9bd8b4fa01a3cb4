"""Lists of which more may be shown: ours, to be closed when that is over, and those of other processes."""

import time
from collections.abc import Callable, Sequence
from uuid import UUID

from parvis.feed.ahead import Ahead
from parvis.feed.company import Company, Known
from parvis.feed.lessons import indices_of
from parvis.feed.writer import Wish as Keep
from parvis.feed.writer import Writer
from parvis.recommender.catalogue import Catalogue
from parvis.recommender.signals import Ints

OPEN_KEPT = 100_000


class Lists:
    """Which lists are open. `exposed` is told of the clips that other processes showed."""

    def __init__(self, catalogue: Catalogue, company: Company, exposed: Callable[[Ints], None]) -> None:
        self._catalogue, self._company, self._exposed = catalogue, company, exposed
        self.ours: dict[str, tuple[Known, Ahead]] = {}
        self._elsewhere: dict[UUID, None] = {}

    def opened(self, known: Known, ahead: Ahead) -> None:
        """Remember a list of ours whose row is open."""
        self.ours[ahead.id] = known, ahead

    def close(self, writer: Writer, *, all_: bool = False) -> None:
        """Close the rows of lists of ours of which no more will be shown. Without waiting for it."""
        closed: list[tuple[str, str, str]] = []
        for id_, (known, ahead) in list(self.ours.items()):
            if all_ or ahead.is_over or not ahead.is_open:
                with known.lock:
                    closed += ahead.close()
                    self.ours.pop(id_, None)
        if closed:
            writer.put(Keep(closed=closed))

    def take(self, rows: Sequence[tuple[UUID, UUID, str | None]]) -> None:
        """Count what other processes showed (`News.slates`). While a list is open nobody knows how much of it was
        shown: when it comes, and once more when it is closed, its viewer is loaded anew, from the row as it is then."""
        texts = []
        for id_, pseudonym, text in rows:
            if text is None:
                self._elsewhere[id_] = None
                self._company.forget(pseudonym)
                continue
            texts.append(text)
            if id_ in self._elsewhere:
                del self._elsewhere[id_]
                self._company.forget(pseudonym)
            elif (known := self._company.at_hand(pseudonym)) is not None:
                with known.lock:
                    known.state.was_shown(indices_of(self._catalogue, text), time.time())
        while len(self._elsewhere) > OPEN_KEPT:  # of processes that crashed
            del self._elsewhere[next(iter(self._elsewhere))]
        if texts:
            self._exposed(indices_of(self._catalogue, "".join(texts)))
