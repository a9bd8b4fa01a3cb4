"""No page and no operation asks the database more than fifteen questions, however much there is to show."""

import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from parvis.accounts.models import Person
from parvis.social import actions
from parvis.social.models import Comment, Follower
from parvis.social.tests.conftest import make_clip, viewer_of
from tests.test_access import BACKEND, PLAIN, Square, address, routes

MOST = 15


@pytest.fixture
def busy(db: None, settings: Any) -> Square:
    """A square in which everything that a page lists is there many times."""
    settings.PARVIS_RATE_LIMITS = False
    square = Square(private=True)
    alice = square.people["owner"]
    assert alice is not None
    crowd = Person.objects.bulk_create(
        Person(handle=f"guest_{number}", home="FR", display_name=f"Guest {number}") for number in range(40)
    )
    for number in range(40):
        make_clip(alice, title=f"Clip {number}", tags=["jazz"])
    Comment.objects.bulk_create(
        Comment(home="FR", author=guest, clip=square.clip, text="Hello", nonce=uuid.uuid4()) for guest in crowd
    )
    Follower.objects.bulk_create(
        Follower(home=alice.home, person=alice, follower=guest, state="requested") for guest in crowd
    )
    actions.like(viewer=viewer_of(alice), clip_id=square.clip.id)
    return square


@pytest.mark.parametrize("role", ["owner", "anonymous"])
def test_no_page_asks_more_than_fifteen_questions(busy: Square, role: str) -> None:
    counted, warm = {}, Client(headers=PLAIN)
    person = busy.people[role]
    if person is not None:
        warm.force_login(person, BACKEND)
    for route, pattern in routes():
        where = address(route, pattern, busy.named)
        warm.get(where)  # what is kept in memory is read once
        with CaptureQueriesContext(connection) as asked:
            answer = warm.get(where)
        if answer.status_code == 200:
            counted[route] = len(asked)
    assert len(counted) > 20
    assert {route: number for route, number in counted.items() if number > MOST} == {}
