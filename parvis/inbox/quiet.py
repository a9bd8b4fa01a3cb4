"""When a person may be disturbed. Pure functions."""

from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from babel.core import get_global

from parvis.inbox.models.notices import DAY_MINUTES

NIGHT_FROM: Final = 22 * 60
NIGHT_UNTIL: Final = 7 * 60


@lru_cache(maxsize=1)
def zones() -> frozenset[str]:
    """Return every time zone that this machine knows (IANA)."""
    return frozenset(available_timezones())


def zone_of(chosen: str, home: str) -> ZoneInfo:
    """Return the time zone of a person: the chosen one, or the first of the home as CLDR lists them, or UTC."""
    for name in (chosen, *get_global("territory_zones").get(home, ())):
        if name in zones():
            return ZoneInfo(name)
    return ZoneInfo("UTC")


def is_within(minute: int, start: int, end: int) -> bool:
    """Whether a minute of the day lies in a span that may go over midnight; a span from x to x is empty."""
    return start <= minute < end if start <= end else minute >= start or minute < end


def may_disturb_at(moment: datetime, *, zone: ZoneInfo, quiet: tuple[int, int], is_minor: bool) -> datetime:
    """Return the first moment from `moment` on that is outside the quiet hours, and for people under 18 outside the
    night, which they cannot switch off. If no minute of the day is left, `moment` a day later."""
    spans = [quiet, (NIGHT_FROM, NIGHT_UNTIL)] if is_minor else [quiet]
    local = moment.astimezone(zone)
    for _ in range(2 * len(spans)):
        minute = local.hour * 60 + local.minute
        end = next((end for start, end in spans if is_within(minute, start, end)), None)
        if end is None:
            return max(moment, local.astimezone(moment.tzinfo))
        local = local.replace(second=0, microsecond=0) + timedelta(minutes=(end - minute) % DAY_MINUTES)
    return moment + timedelta(days=1)
