"""How long a viewer watched today, the viewer's own cap on it, and breaks. The day is that of UTC, as all times are."""

from dataclasses import dataclass

from parvis.accounts.bounds import NONE, Bounds, at_most
from parvis.accounts.viewer import TEEN, UNDER_16
from parvis.recommender.interface import Events

DAY_S = 86_400
BREAK_OF_MINORS = 30


def day_start(now: float) -> float:
    """Return when the day of `now` began, in seconds since 1970."""
    return now - now % DAY_S


def most(chosen: int | None, bounds: Bounds) -> int | None:
    """Return after how many minutes a day the feed of a viewer ends; None for never."""
    return at_most(chosen, bounds.minutes)


def break_after(chosen: int | None, age_band: str, bounds: Bounds = NONE) -> int:
    """Return after how many minutes in one go a viewer is reminded of a break; 0 for never. Who is known to be under 18
    and chose nothing is reminded after BREAK_OF_MINORS."""
    usual = BREAK_OF_MINORS if age_band in {UNDER_16, TEEN} else 0
    return at_most((usual if chosen is None else chosen) or None, bounds.break_after) or 0


@dataclass
class Today:
    """Seconds that one viewer watched since `since`. `minutes`: the cap, None for none."""

    minutes: int | None = None
    since: float = 0.0
    watched_s: float = 0.0

    def begin(self, now: float, watched_s: float) -> None:
        """Start from what is known already of the day."""
        self.since, self.watched_s = day_start(now), watched_s

    def add(self, events: Events, now: float) -> None:
        """Count what was watched today of these events."""
        self._turn(now)
        self.watched_s += float(events.watched_ms[events.at >= self.since].sum()) / 1000

    def is_over(self, now: float) -> bool:
        """Whether the viewer has watched as long as the viewer allows."""
        self._turn(now)
        return self.minutes is not None and self.watched_s >= 60 * self.minutes

    def _turn(self, now: float) -> None:
        if day_start(now) > self.since:
            self.begin(now, 0.0)
