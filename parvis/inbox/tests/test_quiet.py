"""When a person may be disturbed."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from babel.core import get_global
from hypothesis import given
from hypothesis import strategies as some

from parvis.accounts.viewer import ADULT, TEEN, UNDER_16, UNKNOWN_AGE
from parvis.cells.markets import MARKETS
from parvis.inbox.quiet import (
    NIGHT_FROM,
    NIGHT_UNTIL,
    PRINCIPAL,
    is_within,
    may_disturb_at,
    spans,
    zone_of,
    zones,
)

NIGHT = (NIGHT_FROM, NIGHT_UNTIL)
PARIS = ZoneInfo("Europe/Paris")  # clocks go on at 1:00 UTC on 29 March 2026, and back at 1:00 UTC on 25 October


def at(hour, minute=0, day=10, month=6):
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("minute", "start", "end", "inside"),
    [(600, 540, 660, True), (660, 540, 660, False), (30, 1320, 420, True), (1380, 1320, 420, True), (600, 0, 0, False)],
)
def test_a_span_may_go_over_midnight(minute, start, end, inside):
    assert is_within(minute, start, end) is inside


def test_the_young_have_the_night_always_those_of_16_unless_they_choose_and_others_what_they_choose():
    noon, never = (12 * 60, 13 * 60), (0, 0)
    assert spans(None, UNDER_16) == [NIGHT]
    assert spans(noon, UNDER_16) == [noon, NIGHT]
    assert spans(never, UNDER_16) == [never, NIGHT]
    assert spans(NIGHT, UNDER_16) == [NIGHT]
    assert spans(None, TEEN) == [NIGHT]
    assert spans(noon, TEEN) == [noon]
    assert spans(never, TEEN) == [never]
    for band in (ADULT, UNKNOWN_AGE):
        assert spans(None, band) == []
        assert spans(noon, band) == [noon]


@pytest.mark.parametrize(
    ("moment", "quiet", "expected"),
    [
        (at(12), [], at(12)),
        (at(23), [(0, 0)], at(23)),
        (at(23), [NIGHT], at(7, day=11)),
        (at(3), [NIGHT], at(7)),
        (at(21, 59), [NIGHT], at(21, 59)),
        (at(22), [NIGHT], at(7, day=11)),
        (at(7), [NIGHT], at(7)),
        (at(13), [(12 * 60, 14 * 60)], at(14)),
        (at(21), [(20 * 60, 22 * 60), NIGHT], at(7, day=11)),
        (at(6), [(7 * 60, 8 * 60 + 30), NIGHT], at(8, 30)),
    ],
)
def test_quiet_hours_are_waited_for(moment, quiet, expected):
    assert may_disturb_at(moment, zone=ZoneInfo("UTC"), quiet=quiet) == expected


def test_the_night_is_that_of_the_persons_own_zone():
    assert may_disturb_at(at(14), zone=ZoneInfo("Asia/Tokyo"), quiet=[NIGHT]) == at(22)
    assert may_disturb_at(at(18), zone=ZoneInfo("Asia/Kathmandu"), quiet=[NIGHT]) == at(1, 15, day=11)


def test_seven_in_the_morning_is_seven_also_in_the_nights_when_clocks_change():
    assert may_disturb_at(at(22, day=28, month=3), zone=PARIS, quiet=[NIGHT]) == at(5, day=29, month=3)
    assert may_disturb_at(at(21, day=24, month=10), zone=PARIS, quiet=[NIGHT]) == at(6, day=25, month=10)


def test_hours_that_come_twice_are_quiet_twice_and_an_end_that_is_leapt_over_is_an_end():
    early = [(60, 150)]  # from 1:00 to 2:30, which comes twice on 25 October: at 0:30 and at 1:30 UTC
    assert may_disturb_at(at(0, day=25, month=10), zone=PARIS, quiet=early) == at(0, 30, day=25, month=10)
    assert may_disturb_at(at(1, 15, day=25, month=10), zone=PARIS, quiet=early) == at(1, 30, day=25, month=10)
    # On 29 March no clock shows 2:30.
    assert may_disturb_at(at(0, 15, day=29, month=3), zone=PARIS, quiet=early) == at(1, 30, day=29, month=3)


def test_where_no_minute_is_left_a_day_is_waited():
    late = may_disturb_at(at(8), zone=ZoneInfo("UTC"), quiet=[(6 * 60, 23 * 60), NIGHT])
    assert late == at(8, day=11)


MINUTES = some.integers(0, 1439)


@given(
    moment=some.integers(0, 365 * 1440).map(lambda minutes: at(0, day=1, month=1) + timedelta(minutes=minutes)),
    zone=some.sampled_from(["Europe/Paris", "America/Sao_Paulo", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"]),
    start=MINUTES,
    end=MINUTES,
)
def test_whatever_the_zone_the_moment_is_the_first_that_is_not_quiet(moment, zone, start, end):
    place = ZoneInfo(zone)

    def is_quiet(one):
        local = one.astimezone(place)
        return is_within(local.hour * 60 + local.minute, start, end)

    found = may_disturb_at(moment, zone=place, quiet=[(start, end)])
    assert not is_quiet(found)
    assert moment <= found <= moment + timedelta(hours=25)
    between = [moment + timedelta(minutes=30 * number) for number in range(50)]
    leapt = timedelta(hours=1)  # an end that no clock shows
    assert all(is_quiet(one) for one in between if one < found - leapt)


def test_a_zone_is_chosen_or_the_homes_own():
    assert zone_of("Europe/Paris", "JP").key == "Europe/Paris"
    assert zone_of("", "JP").key == "Asia/Tokyo"
    assert zone_of("Moon/Base", "FR").key == "Europe/Paris"
    assert zone_of("", "US").key == "America/New_York"
    assert zone_of("", "XX").key == "UTC"


def test_every_market_has_a_zone_and_where_its_clocks_differ_it_is_said_which():
    def shows(zone):
        return tuple(datetime(2026, month, 1, tzinfo=ZoneInfo(zone)).utcoffset() for month in (1, 7))

    for market in MARKETS:
        listed = get_global("territory_zones").get(market, ())
        known = [zone for zone in listed if zone in zones()]
        assert market in PRINCIPAL or len({shows(zone) for zone in known}) == 1, market
        assert zone_of("", market).key in zones() - {"UTC"}
