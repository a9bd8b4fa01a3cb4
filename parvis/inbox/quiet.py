"""When a person may be disturbed. Pure functions."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from babel.core import get_global

from parvis.accounts.viewer import ADULT, TEEN, UNDER_16
from parvis.inbox.models.notices import DAILY, DAY_MINUTES

NIGHT_FROM: Final = 22 * 60
NIGHT_UNTIL: Final = 7 * 60
LETTERS_AT: Final = time(9)
MONDAY: Final = 0
# Of homes whose clocks do not all show the same: the zone where most of their people live.
PRINCIPAL: Final = {
    "AU": "Australia/Sydney",
    "BR": "America/Sao_Paulo",
    "CA": "America/Toronto",
    "CD": "Africa/Kinshasa",
    "CL": "America/Santiago",
    "EC": "America/Guayaquil",
    "ES": "Europe/Madrid",
    "ID": "Asia/Jakarta",
    "MN": "Asia/Ulaanbaatar",
    "MX": "America/Mexico_City",
    "NZ": "Pacific/Auckland",
    "PG": "Pacific/Port_Moresby",
    "PT": "Europe/Lisbon",
    "UA": "Europe/Kyiv",
    "US": "America/New_York",
    "XK": "Europe/Belgrade",
}


@lru_cache(maxsize=1)
def zones() -> frozenset[str]:
    """Return every time zone that this machine knows (IANA)."""
    return frozenset(available_timezones())


def zone_of(chosen: str, home: str) -> ZoneInfo:
    """Return the time zone of a person: the chosen one, or that of the home (CLDR, and PRINCIPAL where it lists zones
    that differ), or UTC."""
    for name in (chosen, PRINCIPAL.get(home, ""), *get_global("territory_zones").get(home, ())):
        if name in zones():
            return ZoneInfo(name)
    return ZoneInfo("UTC")


def is_within(minute: int, start: int, end: int) -> bool:
    """Whether a minute of the day lies in a span that may go over midnight; a span from x to x is empty."""
    return start <= minute < end if start <= end else minute >= start or minute < end


def spans(
    chosen: tuple[int, int] | None, age_band: str, bounds: Sequence[tuple[int, int]] = ()
) -> list[tuple[int, int]]:
    """Return the spans of a day in which a person is not disturbed: the one that was chosen, if any. Who is 16 or 17
    and chose nothing has the night; who is younger has it whatever they choose. `bounds`: what guardians set."""
    night = (NIGHT_FROM, NIGHT_UNTIL)
    found = [chosen] if chosen is not None else [night] if age_band == TEEN else []
    given = [*([night] if age_band == UNDER_16 else []), *bounds]
    return [*found, *dict.fromkeys(one for one in given if one not in found)]


def may_disturb_at(moment: datetime, *, zone: ZoneInfo, quiet: Sequence[tuple[int, int]]) -> datetime:
    """Return the first moment from `moment` on that is in none of the `quiet` spans, as clocks in the zone show it. If
    no minute of the day is left, `moment` a day later."""
    at = moment
    for _ in range(4 * len(quiet) + 1):  # each entered twice where a clock is put back
        local = at.astimezone(zone)
        minute = local.hour * 60 + local.minute
        end = next((end for start, end in quiet if is_within(minute, start, end)), None)
        if end is None:
            return at
        at = _when(local, (end - minute) % DAY_MINUTES)
    return moment + timedelta(days=1)


def letter_spans(
    chosen: tuple[int, int] | None, age_band: str, bounds: Sequence[tuple[int, int]] = ()
) -> list[tuple[int, int]]:
    """Return the spans of a day in which a person gets no letter: `spans`, and the night for all who are under 18."""
    night = (NIGHT_FROM, NIGHT_UNTIL)
    found = spans(chosen, age_band, bounds)
    return found if age_band == ADULT or night in found else [*found, night]


def next_letter(after: datetime, *, often: str, zone: ZoneInfo, quiet: Sequence[tuple[int, int]]) -> datetime:
    """Return when the next letter is due: in the morning of a day, or of a Monday, as clocks in the zone show it; later
    where that is a quiet hour."""
    at = after
    for days in range(9):
        day = after.astimezone(zone).date() + timedelta(days=days)
        at = datetime.combine(day, LETTERS_AT, tzinfo=zone).astimezone(UTC)
        if at > after and (often == DAILY or day.weekday() == MONDAY):
            break
    return may_disturb_at(at, zone=zone, quiet=quiet)


def _when(local: datetime, minutes: int) -> datetime:
    """Return when the clock on the wall will show so many minutes more, in UTC. A time that comes twice, as clocks are
    put back, is taken when it comes next; one that is leapt over counts as if nothing were leapt over."""
    wall = local.replace(tzinfo=None, second=0, microsecond=0, fold=0) + timedelta(minutes=minutes)
    now = local.astimezone(UTC)
    return min(at for fold in (0, 1) if (at := wall.replace(tzinfo=local.tzinfo, fold=fold).astimezone(UTC)) > now)
