"""Letters of news by a worker that is killed with -9 with one in its hand: what is told twice, and what is late."""

from datetime import datetime, timedelta

import pytest

from parvis.accounts.models import Person, PrivateDetails
from parvis.cells.keys import forget_cached_keys, seal
from parvis.events.actions import wake
from parvis.inbox.actions import preferences
from parvis.inbox.models import Notice, Preferences
from parvis.inbox.tests.conftest import deliver, make_clip, viewer_of
from parvis.kit.clock import now
from parvis.social import actions as social
from parvis.social.tests.conftest import people
from tests.post import GREETING, TAKEN, PostOffice
from tests.processes import Worker, wait_for

HOUR = timedelta(hours=1)


@pytest.fixture
def world(transactional_db, settings, tmp_path) -> dict[str, Person]:
    settings.PARVIS_KEYS = tmp_path / "keys"
    forget_cached_keys()
    return people()


@pytest.fixture
def post():
    with PostOffice() as one:
        yield one


@pytest.fixture
def worker(world, post, tmp_path):
    one = Worker(tmp_path, PARVIS_EMAIL_URL=post.url)
    yield one
    one.kill()


def reader(person: Person) -> str:
    """Somebody who wants letters, whom one reaches, and who has news since yesterday; returns the address."""
    address = f"{person.handle}@example.org"
    sealed = seal(person.id, "accounts_privatedetails.email", address)
    PrivateDetails.objects.filter(person=person).update(email=sealed, email_verified_at=now())
    preferences.choose_letters(viewer=viewer_of(person), digest="daily")
    Preferences.objects.filter(person=person).update(digest_until=now() - 24 * HOUR)
    make_clip(person)
    return address


def due(person: Person, since: timedelta) -> None:
    """A letter is due since some time; the worker is told."""
    Preferences.objects.filter(person=person).update(digest_at=now() - since)
    wake()


def told_until(person: Person) -> datetime:
    return Preferences.objects.values_list("digest_until", flat=True).get(person=person)


def test_killed_before_and_after_a_letter_was_taken_nothing_is_lost_and_one_is_told_twice(world, post, worker):
    carol, dan = world["carol"], world["dan"]
    hers, his = reader(carol), reader(dan)
    for clip in (*carol.clips.all(), *dan.clips.all()):
        social.like(viewer=viewer_of(world["bob"]), clip_id=clip.id)
    deliver()
    Notice.objects.update(at=now() - HOUR)
    before = told_until(carol)

    due(carol, HOUR)
    post.silent_at = GREETING
    worker.start()
    wait_for(post.is_silent.is_set, "a letter in hand")
    worker.kill()
    assert Preferences.objects.get(person=carol).digest_at > now(), "it was claimed"
    assert told_until(carol) == before

    post.silent_at = ""
    due(dan, HOUR)
    worker.start()
    wait_for(lambda: post.to(his), "the letter of somebody else")
    wait_for(lambda: told_until(dan) > before, "that it is noted")
    assert post.to(hers) == [], "hers waits for the next one, and nobody sends it meanwhile"

    post.silent_at = TAKEN
    post.is_silent.clear()
    due(carol, HOUR)
    wait_for(post.is_silent.is_set, "a letter that is taken")
    worker.kill()
    assert [str(one["Subject"]) for one in post.to(hers)] == ["Your news at Parvis"]
    assert told_until(carol) == before, "that it was sent could not be noted"

    post.silent_at = ""
    due(carol, HOUR)
    worker.start()
    wait_for(lambda: told_until(carol) > before, "the next letter")
    first, again = post.to(hers)
    assert first["Message-ID"] == again["Message-ID"], "a mail program shows one"
    assert "Bob" in again.get_body(("plain",)).get_content()

    due(carol, 2 * HOUR)
    due(dan, HOUR)
    wait_for(lambda: not Preferences.objects.filter(digest_at__lte=now()).exists(), "that both were looked at")
    assert (len(post.to(hers)), len(post.to(his))) == (2, 1), "nothing new, no letter"
