"""Cursors of lists in order of time."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from parvis.kit.paging import Place


def test_a_place_comes_back_exactly_from_its_cursor():
    place = Place(datetime(2026, 1, 31, 12, 0, 0, 123457, tzinfo=UTC), uuid4())
    assert Place.of(str(place)) == place


@pytest.mark.parametrize("cursor", ["", "-", "nonsense", "12", "12-34", f"9{'9' * 30}-{'ab' * 16}", f"x-{'ab' * 16}"])
def test_anything_else_is_no_place(cursor):
    assert Place.of(cursor) is None
