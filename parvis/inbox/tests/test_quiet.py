"""When a person may be disturbed."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from parvis.inbox.quiet import is_within, may_disturb_at, zone_of

NONE = (0, 0)


def at(hour, minute=0, day=10):
    return datetime(2026, 6, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("minute", "start", "end", "inside"),
    [(600, 540, 660, True), (660, 540, 660, False), (30, 1320, 420, True), (1380, 1320, 420, True), (600, 0, 0, False)],
)
def test_a_span_may_go_over_midnight(minute, start, end, inside):
    assert is_within(minute, start, end) is inside


@pytest.mark.parametrize(
    ("moment", "quiet", "is_minor", "expected"),
    [
        (at(12), NONE, False, at(12)),
        (at(23), NONE, False, at(23)),
        (at(23), NONE, True, at(7, day=11)),
        (at(3), NONE, True, at(7)),
        (at(21, 59), NONE, True, at(21, 59)),
        (at(13), (12 * 60, 14 * 60), False, at(14)),
        (at(21), (20 * 60, 22 * 60), True, at(7, day=11)),
        (at(6), (7 * 60, 8 * 60 + 30), True, at(8, 30)),
    ],
)
def test_quiet_hours_and_the_night_of_minors_are_waited_for(moment, quiet, is_minor, expected):
    assert may_disturb_at(moment, zone=ZoneInfo("UTC"), quiet=quiet, is_minor=is_minor) == expected


def test_the_night_is_that_of_the_persons_own_zone():
    tokyo = ZoneInfo("Asia/Tokyo")
    assert may_disturb_at(at(14), zone=tokyo, quiet=NONE, is_minor=True) == at(22)


def test_where_no_minute_is_left_a_day_is_waited():
    assert may_disturb_at(at(8), zone=ZoneInfo("UTC"), quiet=(6 * 60, 23 * 60), is_minor=True) == at(8, day=11)


def test_a_zone_is_chosen_or_the_homes_own():
    assert zone_of("Europe/Paris", "JP").key == "Europe/Paris"
    assert zone_of("", "JP").key == "Asia/Tokyo"
    assert zone_of("Moon/Base", "FR").key == "Europe/Paris"
    assert zone_of("", "XX").key == "UTC"
