"""Calls go out signed, once, to who may know; what fails is tried again, and what is over is over."""

from datetime import timedelta

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from parvis.accounts.models import Person
from parvis.accounts.notices import Told, declared
from parvis.clips.actions import delete
from parvis.events.models import Event
from parvis.kit import outward
from parvis.kit.clock import now
from parvis.social import actions as social
from parvis.webhooks import sending
from parvis.webhooks.actions import endpoints
from parvis.webhooks.actions.queueing import WAITING_MOST
from parvis.webhooks.models import Delivery, Endpoint
from parvis.webhooks.policies import PATIENCE, TRIES_MOST, pause_after, rest_after
from parvis.webhooks.sending import send_one
from parvis.webhooks.tests.conftest import ADDRESS, hand_on, send_all, viewer_of


def like(world, clip, name="bob"):
    social.like(viewer=viewer_of(world[name]), clip_id=clip.id)


def later(**columns):
    """Let time pass: what waits is due."""
    Delivery.objects.filter(due_at__isnull=False).update(due_at=now())
    Endpoint.objects.filter(paused_at__isnull=True).update(due_at=now(), **columns)


def test_a_like_is_told_once_signed_and_without_words_of_others(world, clip, told, receiver, settings):
    settings.PARVIS_ORIGIN = "https://square.example"
    like(world, clip)
    send_all()
    send_all()
    [(headers, body)] = receiver.received
    row, secret = told
    said = Webhook(secret).verify(body, headers)
    assert said == receiver.said()[0]
    assert said["type"] == "clip.liked"
    assert said["data"] == {
        "person": {"handle": "alice"},
        "clip": {"id": str(clip.id), "url": f"https://square.example/c/{clip.id}"},
        "by": {"handle": "bob", "name": world["bob"].name, "url": "https://square.example/@bob"},
    }
    job = Delivery.objects.get()
    assert (headers["webhook-id"], job.tries, job.answered, job.waits) == (str(job.id), 1, 204, False)
    assert Endpoint.objects.get(id=row.id).due_at is None
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(body + b" ", headers)


def test_a_comment_is_told_by_its_id_and_never_by_its_words(world, clip, told, receiver):
    made, _ = social.comment(viewer=viewer_of(world["bob"]), clip_id=clip.id, text="Between us", nonce=clip.id)
    send_all()
    [said] = receiver.said()
    assert (said["type"], said["data"]["comment"]["id"]) == ("comment.created", str(made.id))
    assert b"Between us" not in receiver.received[0][1]


def test_what_was_not_chosen_or_was_before_or_is_old_is_not_told(world, clip, receiver):
    like(world, clip)
    Event.objects.update(at=now() - timedelta(minutes=1))
    endpoints.register(viewer=viewer_of(world["alice"]), address=ADDRESS, topics=["clip.liked"])
    social.comment(viewer=viewer_of(world["bob"]), clip_id=clip.id, text="Not chosen", nonce=clip.id)
    like(world, clip, "alice")
    send_all()
    assert receiver.received == []
    Endpoint.objects.update(created_at=now() - timedelta(days=9))
    Event.objects.update(at=now() - timedelta(days=2))
    send_all()
    assert receiver.received == []


@pytest.mark.parametrize("what", ["blocked", "muted", "erased", "hidden", "unliked"])
def test_what_the_person_may_not_see_when_it_is_sent_is_not_sent(what, world, clip, told, receiver):
    made, _ = social.comment(viewer=viewer_of(world["bob"]), clip_id=clip.id, text="Hello", nonce=clip.id)
    hand_on()
    assert Delivery.objects.count() == 1
    alice = viewer_of(world["alice"])
    if what == "blocked":
        social.block(viewer=alice, person=world["bob"])
    elif what == "muted":
        social.mute_person(viewer=alice, person=world["bob"])
    elif what == "erased":
        Person.objects.filter(handle="bob").update(is_active=False)
    elif what == "hidden":
        delete(creator=world["alice"].id, clip_id=clip.id)
    else:
        social.delete_comment(viewer=viewer_of(world["bob"]), comment_id=made.id)
    send_all()
    assert (receiver.received, Delivery.objects.count()) == ([], 0)


def test_who_is_apart_is_not_even_queued(world, clip, told, receiver):
    like(world, clip)
    social.block(viewer=viewer_of(world["alice"]), person=world["bob"])
    hand_on()
    assert not Delivery.objects.exists()


def test_a_failure_is_tried_again_with_growing_pauses_under_the_same_id(world, clip, told, receiver):
    receiver.status = 500
    like(world, clip)
    send_all()
    for _ in range(3):
        later()
        assert send_one()
    row = Endpoint.objects.get()
    assert (row.failures, len(receiver.received)) == (4, 4)
    assert len({headers["webhook-id"] for headers, _ in receiver.received}) == 1
    assert row.due_at > now() + timedelta(seconds=30)
    receiver.status = 200
    later()
    send_one()
    row, job = Endpoint.objects.get(), Delivery.objects.get()
    assert (row.failures, row.failing_since, job.tries, job.waits) == (0, None, 5, False)


def test_pauses_grow_to_a_day_and_end():
    pauses = [pause_after(tries) for tries in range(1, TRIES_MOST)]
    whole = sum(pauses, timedelta())
    assert PATIENCE < whole < timedelta(hours=26)
    assert pauses[0] < timedelta(seconds=20)
    assert pause_after(TRIES_MOST) is None
    assert rest_after(1) < rest_after(5) < rest_after(500) == timedelta(minutes=5)


def test_an_address_where_nothing_arrives_for_a_day_is_paused_and_its_owner_told(world, clip, told, receiver):
    receiver.status = 500
    like(world, clip)
    send_all()
    later(failing_since=now() - PATIENCE - timedelta(minutes=1))
    send_one()
    row = Endpoint.objects.get()
    assert (row.paused_why, row.due_at) == ("silent", None)
    kind = declared()["webhook-paused"]
    [telling] = kind.tell(Event.objects.get(kind="webhook.paused"))
    assert (telling.person, telling.about) == (world["alice"].id, row.id)
    assert "could not be reached" in kind.say(Told(row.id, None, (), 0, ""))
    like(world, clip, "carol")
    later()
    send_all()
    assert (len(receiver.received), Delivery.objects.count()) == (2, 1), "nothing is queued meanwhile"
    receiver.status = 200
    endpoints.resume(viewer=viewer_of(world["alice"]), endpoint_id=row.id)
    send_all()
    assert len(receiver.received) == 3 + 1, "what waited, and what the events of the day say of carol"


def test_a_call_that_is_never_taken_is_given_up_while_others_arrive(world, clip, told, receiver):
    receiver.status = 500
    like(world, clip)
    send_all()
    Delivery.objects.update(tries=TRIES_MOST - 1)
    later()
    send_one()
    job, row = Delivery.objects.get(), Endpoint.objects.get()
    assert (job.waits, job.arrived_at, row.paused_at) == (False, None, None)


def test_gone_is_gone(world, clip, told, receiver):
    receiver.status = 410
    like(world, clip)
    send_all()
    assert (Endpoint.objects.get().paused_why, len(receiver.received)) == ("gone", 1)


def test_a_name_that_leads_inside_is_paused_at_once(world, clip, told, monkeypatch):
    monkeypatch.setattr("socket.getaddrinfo", lambda *_a, **_k: [(0, 0, 0, "", ("10.0.0.7", 443))])
    monkeypatch.setattr("socket.create_connection", lambda *_a, **_k: pytest.fail("connected"))
    like(world, clip)
    send_all()
    assert Endpoint.objects.get().paused_why == "inner"


def test_the_connection_goes_to_the_address_that_was_checked(world, clip, told, monkeypatch):
    """A name that means something else the second time it is asked is asked once."""
    answers, reached = iter(["93.184.216.34", "127.0.0.1"]), []
    monkeypatch.setattr("socket.getaddrinfo", lambda *_a, **_k: [(0, 0, 0, "", (next(answers), 443))])

    def connect(where, *_rest):
        reached.append(where)
        raise OSError

    monkeypatch.setattr("socket.create_connection", connect)
    like(world, clip)
    send_all()
    assert reached == [("93.184.216.34", 443)]


def test_a_redirect_is_a_failure(world, clip, told, receiver):
    receiver.status, receiver.headers = 307, {"Location": "https://elsewhere.example/"}
    like(world, clip)
    send_all()
    assert (Endpoint.objects.get().failures, len(receiver.received)) == (1, 1)


def test_who_asks_to_wait_is_waited_for_within_reason(world, clip, told, receiver):
    receiver.status, receiver.headers = 429, {"Retry-After": "600"}
    like(world, clip)
    send_all()
    assert now() + timedelta(minutes=9) < Delivery.objects.get().due_at < now() + timedelta(minutes=11)
    receiver.headers = {"Retry-After": "999999"}
    later()
    send_one()
    assert Delivery.objects.get().due_at < now() + timedelta(hours=7)


def test_a_slow_address_keeps_no_other_waiting(world, clip, told, receiver):
    """Each goes to the end of the queue after one call, and no two workers call the same."""
    carol = viewer_of(world["carol"])
    endpoints.register(viewer=carol, address="https://carol.example.org/", topics=["follower.new"])
    for name in ("bob", "dan"):
        like(world, clip, name)
    social.follow(viewer=viewer_of(world["bob"]), followed=world["carol"])
    hand_on()
    first, second = sending._claim(), sending._claim()
    assert first is not None
    assert second is not None
    assert first.id != second.id
    assert sending._claim() is None
    later()
    for _ in range(3):
        send_one()
    whom = [said["data"]["person"]["handle"] for said in receiver.said()]
    assert sorted(whom[:2]) == ["alice", "carol"]


def test_with_another_secret_both_sign_for_a_day(world, clip, told, receiver, monkeypatch):
    row, before = told
    _, after = endpoints.renew_secret(viewer=viewer_of(world["alice"]), endpoint_id=row.id)
    assert before != after
    like(world, clip)
    send_all()
    headers, body = receiver.received[0]
    for secret in (before, after):
        assert Webhook(secret).verify(body, headers)
    Endpoint.objects.update(old_until=now())
    like(world, clip, "carol")
    send_all()
    headers, body = receiver.received[1]
    assert Webhook(after).verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(before).verify(body, headers)


def test_secrets_and_address_lie_sealed(told, db):
    row, secret = told
    kept = Endpoint.objects.get(id=row.id)
    for value in (kept.address, kept.secret):
        assert ADDRESS.encode() not in bytes(value)
        assert secret.encode() not in bytes(value)


def test_too_many_that_wait_are_counted_and_not_kept(world, clip, told, monkeypatch, receiver):
    assert WAITING_MOST >= 1000
    monkeypatch.setattr("parvis.webhooks.actions.queueing.WAITING_MOST", 2)
    for name in ("bob", "carol", "dan"):
        like(world, clip, name)
    hand_on()
    assert (Delivery.objects.count(), Endpoint.objects.get().missed) == (2, 1)


def test_who_is_suspended_is_told_nothing(world, clip, told, receiver):
    like(world, clip)
    hand_on()
    Person.objects.filter(handle="alice").update(is_active=False)
    send_all()
    assert receiver.received == []


def test_a_crash_between_sending_and_noting_sends_again_under_the_same_id(world, clip, told, receiver, monkeypatch):
    like(world, clip)
    hand_on()

    monkeypatch.setattr(sending, "_arrived", lambda *_args: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        send_one()
    monkeypatch.undo()
    monkeypatch.setattr(outward, "connection_to", receiver.connection)
    assert not send_one(), "another waits for the lease"
    Endpoint.objects.update(due_at=now())
    send_one()
    assert len({headers["webhook-id"] for headers, _ in receiver.received}) == 1
    assert len(receiver.received) == 2


def test_what_is_queued_while_a_call_is_under_way_is_found(world, clip, told, receiver):
    like(world, clip)
    hand_on()
    claimed = sending._claim()
    like(world, clip, "carol")
    hand_on()
    sending._settle(claimed)
    assert Endpoint.objects.get().due_at <= now()


def test_this_machine_is_told_in_development_only(world, settings):
    from parvis.webhooks.errors import BadEndpoint

    alice, here = viewer_of(world["alice"]), "http://localhost:9000/in"
    with pytest.raises(BadEndpoint):
        endpoints.register(viewer=alice, address=here, topics=["clip.liked"])
    settings.DEBUG = True
    row, _ = endpoints.register(viewer=alice, address=here, topics=["clip.liked"])
    settings.DEBUG = False
    with pytest.raises(outward.NotPublic):
        outward.post(here, {}, b"", here=settings.DEBUG)
    assert row.id
