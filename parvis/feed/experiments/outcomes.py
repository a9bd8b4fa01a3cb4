"""What came of an experiment, summed by the database from what was shown and watched. No viewer's row leaves it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
from django.db import connection
from django.utils.translation import gettext_lazy as _

from parvis.feed.experiments.arms import ARMS, split_of
from parvis.feed.models import Experiment
from parvis.feed.queries import LONG_MS
from parvis.kit.clock import now
from parvis.recommender.experiments import LEAST, Comparison, Look, Tally, split_p

MOST_MS = 120_000  # of one showing no more counts: a clip left running overnight is not a night of watching
SKEWED_P = 0.001
WIDEST = 500.0  # per cent: a wider interval is not shown
HANDED_OUT_LATE = timedelta(minutes=1)  # a list may be stored before the stop and shown shortly after


@dataclass(frozen=True)
class Measure:
    """One figure: a viewer's total over a viewer's number of showings, or of days.

    `more_is`: 1 where more is better, -1 where less is. A guard must not get worse.
    `hoped`: the relative change at which its test is quickest, None for the experiment's own. `scale`, `unit`: how the
    figure is written.
    """

    words: Any
    more_is: int
    is_guard: bool = False
    hoped: float | None = None
    scale: float = 100.0
    unit: str = "%"


MEASURES: dict[str, Measure] = {
    "watched": Measure(_("Watch time per showing"), 1, scale=1.0, unit="s"),
    "long": Measure(_("Long views, of all showings"), 1),
    "likes": Measure(_("Likes, of all showings"), 1, hoped=0.2),
    "daily": Measure(_("Clips shown per viewer and day"), 1, scale=1.0, unit=""),
    "skips": Measure(_("Skips, of all showings"), -1),
    "refusals": Measure(_("“Not interested”, of all showings"), -1, is_guard=True, hoped=0.3),
}

# One row per arm and measure: how many viewers, and the sums that a ratio and its variance need. A slate's recipe names
# the arm. Viewers who want no profile now are left out, whatever they were in before; so are lists of which nobody can
# tell yet how much was shown.
SUMS = """
with recipes as (
  select id, body -> 'experiment' ->> 'arm' as arm from feed_recipe where body -> 'experiment' ->> 'id' = %(id)s
), shown as (
  select s.id, s.pseudonym, s.clips, r.arm,
    (('x' || left(replace(s.id::text, '-', ''), 12))::bit(48)::bigint / 86400000) as day
  from feed_slate s join recipes r on r.id = s.recipe
  where s.id between %(from)s and %(to)s and not s.is_open and not exists (
    select from feed_preference p where p.id = s.pseudonym and p.mode = 'newest')
), showings as (
  select s.pseudonym, w.slate, w.clip,
    least(coalesce(sum(w.watched_ms) filter (where w.kind in ('watch', 'skip')), 0), %(most)s) / 1000.0 as seconds,
    bool_or(w.kind in ('watch', 'skip') and (w.loops > 0 or w.watched_ms >= %(long)s)) as long,
    bool_or(w.kind = 'skip') as skipped,
    bool_or(w.kind = 'like') and not bool_or(w.kind = 'unlike') as liked,
    bool_or(w.kind = 'not-interested') as refused
  from shown s join feed_watch w on w.slate = s.id and w.pseudonym = s.pseudonym and w.clip = any(s.clips)
  group by 1, 2, 3
), did as (
  select pseudonym, sum(seconds) as watched, count(*) filter (where long) as long,
    count(*) filter (where skipped) as skips, count(*) filter (where liked) as likes,
    count(*) filter (where refused) as refusals
  from showings group by 1
), viewers as (
  select arm, pseudonym, sum(cardinality(clips))::float8 as showings, count(distinct day)::float8 as days
  from shown group by 1, 2 having sum(cardinality(clips)) > 0
)
select v.arm, m.measure, count(*), sum(m.y), sum(m.x), sum(m.y * m.y), sum(m.x * m.x), sum(m.x * m.y)
from viewers v left join did d using (pseudonym), lateral (values
  ('watched', coalesce(d.watched, 0)::float8, v.showings), ('long', coalesce(d.long, 0)::float8, v.showings),
  ('skips', coalesce(d.skips, 0)::float8, v.showings), ('likes', coalesce(d.likes, 0)::float8, v.showings),
  ('refusals', coalesce(d.refusals, 0)::float8, v.showings), ('daily', v.showings, v.days)) as m(measure, y, x)
group by 1, 2
"""


def tallies(row: Experiment) -> dict[str, dict[str, Tally]]:
    """Return by measure and arm what the viewers came to; every measure and arm is there."""
    found = {measure: {arm: Tally() for arm in ARMS} for measure in MEASURES}
    if row.started_at is None:
        return found
    end = (row.stopped_at or now()) + HANDED_OUT_LATE
    wanted: dict[str, Any] = {"id": str(row.id), "from": _first_id(row.started_at), "to": _first_id(end),
              "most": MOST_MS, "long": LONG_MS}  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(SUMS, wanted)
        for arm, measure, n, *sums in cursor.fetchall():
            found[measure][arm] = Tally(int(n), np.array(sums, np.float64))
    return found


def _first_id(moment: datetime) -> UUID:
    return UUID(int=int(moment.timestamp() * 1000) << 80)  # a UUIDv7 begins with its time


@dataclass(frozen=True)
class Finding:
    """One measure: what it is in each arm, and of B minus A the difference with its interval, relative to A.

    `verdict`: "better", "worse", "no difference that matters", "the difference changed" or "go on", in the sense of the
    measure: fewer skips are better.
    """

    name: str
    measure: Measure
    means: tuple[float, float]
    look: Look
    verdict: str

    @property
    def relative(self) -> tuple[float, float, float] | None:
        """Difference, low and high end of its interval, in per cent of A; None where that would tell nothing."""
        base = self.means[0]
        if base <= 0 or not np.isfinite(self.look.low):
            return None
        low, high = (100 * end / base for end in (self.look.low, self.look.high))
        if high - low > WIDEST:
            return None
        return 100 * self.look.difference / base, low, high


@dataclass(frozen=True)
class Report:
    """What is known of an experiment now. `decision`: "planned", "too few", "skewed", "harm", or the verdict of the
    measure that decides; it may be stopped at any but the first two and "go on"."""

    experiment: Experiment
    viewers: tuple[int, int]
    showings: tuple[int, int]
    split_p: float
    findings: tuple[Finding, ...]
    decision: str


def report(row: Experiment) -> Report:
    """Return what is known now. It may be asked at any time and as often as one likes: the intervals allow for it."""
    found = tallies(row)
    findings = tuple(_finding(name, row, found[name]) for name in MEASURES)
    watched = found["watched"]
    viewers = watched["A"].n, watched["B"].n
    showings = int(watched["A"].sums[1]), int(watched["B"].sums[1])
    skewed = split_p(viewers, [share for _name, share in split_of(row).shares])
    return Report(row, viewers, showings, skewed, findings, _decision(row, viewers, skewed, findings))


def _finding(name: str, row: Experiment, arms: dict[str, Tally]) -> Finding:
    measure, a, b = MEASURES[name], arms["A"], arms["B"]
    whole = a.sums[1] + b.sums[1]
    usual = float((a.sums[0] + b.sums[0]) / whole) if whole else 0.0
    if usual <= 0:
        nothing = Look(0.0, -np.inf, np.inf, 1.0, "go on")
        return Finding(name, measure, (a.mean, b.mean), nothing, "go on")
    hoped = (measure.hoped or row.effect) * usual
    look = Comparison(hoped, hoped / 5, control=a, treatment=b).look()
    verdict: str = look.decision
    if measure.more_is < 0:
        verdict = {"better": "worse", "worse": "better"}.get(verdict, verdict)
    return Finding(name, measure, (a.mean, b.mean), look, verdict)


def _decision(row: Experiment, viewers: tuple[int, int], skewed: float, findings: tuple[Finding, ...]) -> str:
    if row.started_at is None:
        return "planned"
    if skewed < SKEWED_P:
        return "skewed"
    if any(one.measure.is_guard and one.verdict == "worse" for one in findings):
        return "harm"
    if min(viewers) < LEAST:
        return "too few"
    return next(one.verdict for one in findings if one.name == row.measure)
