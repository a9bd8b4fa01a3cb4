"""Who gets which of two ways of making For You: found from a hash, at the cost of a comparison, stored nowhere."""

import json
import logging
import time
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from parvis.accounts.viewer import ADULT, TEEN, UNDER_16, UNKNOWN_AGE
from parvis.accounts.viewer import Viewer as Visitor
from parvis.feed.company import Known
from parvis.feed.models import ADULTS, EVERYBODY, PERSONAL, RUNNING, VISITORS_TOO, Experiment, Recipe
from parvis.feed.pipelines import Way, Wish
from parvis.feed.teaching import Teaching
from parvis.feed.traces import Recipe as TraceRecipe
from parvis.recommender.affinities import Affinities
from parvis.recommender.catalogue import Catalogue
from parvis.recommender.experiments import Experiment as Split
from parvis.recommender.pipeline import Pipeline
from parvis.recommender.pools import Pools
from parvis.recommender.variants import variant

log = logging.getLogger(__name__)

ARMS = ("A", "B")
AGES = {
    ADULTS: frozenset({ADULT}),
    VISITORS_TOO: frozenset({ADULT, UNKNOWN_AGE}),
    EVERYBODY: frozenset({ADULT, UNKNOWN_AGE, TEEN, UNDER_16}),
}


@dataclass(frozen=True)
class Running:
    """The experiment that runs: who is in it until when (Unix seconds), and how each arm's feed is made."""

    split: Split
    ages: frozenset[str]
    until: float
    ways: dict[str, Way] = field(default_factory=dict)

    @classmethod
    def of(cls, row: Experiment) -> "Running":
        """Return what a row says of who takes part; without ways."""
        until = row.stops_at.timestamp() if row.stops_at else float("inf")
        return cls(split_of(row), AGES[row.audience], until)

    def asks(self, age_band: str, mode: str) -> bool:
        """Whether such viewers may be in it. It ends in time, whether or not a worker runs to say so."""
        return mode == PERSONAL and age_band in self.ages and time.time() < self.until

    def arm(self, pseudonym: UUID) -> str | None:
        """Return the arm of a viewer who may be in it, None for one whom the hash leaves out."""
        return self.split.arm(pseudonym.bytes)


def split_of(row: Experiment) -> Split:
    """Return how an experiment splits the viewers: its share of them, half each way."""
    return Split(str(row.id), tuple((arm, row.share / 2) for arm in ARMS))


def changes_of(row: Experiment) -> dict[str, dict[str, float]]:
    """Return what each arm changes in the feed."""
    return dict(zip(ARMS, (row.way_a, row.way_b), strict=True))


def running_row() -> Experiment | None:
    """Return the experiment that runs."""
    return Experiment.objects.filter(state=RUNNING).first()


def plain() -> Pipeline[Wish]:
    """Return For You over an empty catalogue: what a process without a feed asks for its settings."""
    catalogue = Catalogue()
    return Teaching(Affinities(catalogue)).feeds(Pools(catalogue)).by_name["for-you"]


class Arms:
    """The running experiment as this process knows it. Both arms share catalogue, learner and stages with `for_you`:
    what they need of their own is a few numbers. `numbers`: those of the learner, for the recipes."""

    def __init__(self, for_you: Pipeline[Wish], numbers: dict[str, Any]) -> None:
        self.for_you, self.numbers = for_you, numbers
        self.running: Running | None = None
        self.are_stale = True

    def way(self, known: Known, visitor: Visitor) -> Way | None:
        """Return how For You is made for a viewer in the experiment; None for everybody else."""
        running = self.running
        if running is None or not running.asks(visitor.age_band, known.mode):
            return None
        if known.arm[0] is not running:
            known.arm = running, running.arm(known.pseudonym)
        arm = known.arm[1]
        return running.ways[arm] if arm else None

    def refresh(self) -> None:
        """Take up what the rows say, if something changed. Recipes are stored before anybody is shown a slate by them.
        Should that fail, it is tried at the next look."""
        if not self.are_stale:
            return
        row = running_row()
        self.running = self._running(row) if row else None
        self.are_stale = False

    def _running(self, row: Experiment) -> Running | None:
        running = Running.of(row)
        for arm, changes in changes_of(row).items():
            try:
                pipeline = variant(self.for_you, changes)
            except ValueError as error:  # it was declared to an earlier release, whose feed had other settings
                log.warning("the experiment %s cannot run: %s", row.name, error)
                return None
            about = {"id": str(row.id), "arm": arm, "changes": changes}
            running.ways[arm] = Way(pipeline, TraceRecipe.of(pipeline, self.numbers, experiment=about))
        recipes = [way.recipe for way in running.ways.values()]
        rows = [Recipe(id=one.id, feed=one.feed, body=json.loads(one.body)) for one in recipes]
        Recipe.objects.bulk_create(rows, ignore_conflicts=True)
        return running
