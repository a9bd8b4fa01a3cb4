"""Calling browsers: what arrives, when, how often, and where never."""

import uuid
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import orjson
import pytest

from parvis.accounts.actions import open_account
from parvis.accounts.actions.tokens import create_token
from parvis.accounts.errors import SignInNeeded
from parvis.accounts.kinds import SESSION_ENDED
from parvis.accounts.models import Token
from parvis.accounts.viewer import anonymous
from parvis.inbox import sending
from parvis.inbox.actions import messages, notices, push
from parvis.inbox.actions.messages import Draft
from parvis.inbox.actions.preferences import prefer
from parvis.inbox.errors import BadSubscription
from parvis.inbox.models import Preferences, PushJob, PushSubscription
from parvis.inbox.push.payload import b64encode
from parvis.inbox.queries.standing import conversation_of
from parvis.inbox.sending import send_one
from parvis.inbox.subscribers import subscribers
from parvis.inbox.tests.browser import Browser, PushService
from parvis.inbox.tests.conftest import deliver, plain, viewer_of
from parvis.inbox.tests.test_messages import follow, write
from parvis.kit.clock import now
from parvis.kit.ids import uuid7
from parvis.social import actions as social

NOON = datetime(2026, 6, 10, 10, tzinfo=UTC)  # 12 in Paris
NIGHT = datetime(2026, 6, 10, 21, tzinfo=UTC)  # 23 in Paris


@pytest.fixture
def service(monkeypatch):
    """A push service instead of the one on the open Internet."""
    made = PushService()
    monkeypatch.setattr("parvis.kit.outward.connection_to", made.connection)
    yield made
    made.close()


def subscribe(person, phone, session="s1"):
    viewer = viewer_of(person)
    push.subscribe(
        viewer=viewer.__class__(viewer.pseudonym, viewer.home, "en", person_id=person.id, session=session),
        endpoint=phone.endpoint, p256dh=b64encode(phone.point), auth=b64encode(phone.auth),
    )  # fmt: skip


def like(world, clip, *names):
    for name in names:
        social.like(viewer=viewer_of(world[name]), clip_id=clip.id)
    deliver()


def send_all():
    while send_one():
        pass


def read(phone, service):
    return [orjson.loads(phone.read(body)) for _, _, body in service.received]


@pytest.fixture
def phone(world):
    """A browser of carol's, who reads English and lives in Germany; it is day for everybody."""
    made = Browser()
    subscribe(world["carol"], made)
    return made


@pytest.fixture
def clip_of_carol(world):
    from parvis.inbox.tests.conftest import make_clip

    return make_clip(world["carol"])


def test_a_like_arrives_in_words_that_only_the_browser_reads(world, clip_of_carol, phone, service):
    like(world, clip_of_carol, "bob")
    send_all()
    ((path, headers, body),) = service.received
    assert path == "/send/0"
    assert headers["Content-Encoding"] == "aes128gcm"
    assert headers["Authorization"].startswith("vapid t=")
    assert (headers["TTL"], len(headers["Topic"])) == ("86400", 32)
    assert b"Bob" not in body
    (said,) = read(phone, service)
    assert plain(said["body"]) == "Bob likes your clip."
    assert said["url"] == f"/c/{clip_of_carol.id}"


def test_nothing_is_sent_twice_and_many_likes_call_once(world, clip_of_carol, phone, service):
    like(world, clip_of_carol, "bob", "dan", "frank")
    send_all()
    send_all()
    assert [plain(one["body"]) for one in read(phone, service)] == ["Frank and 2 others like your clip."]
    like(world, clip_of_carol, "alice")
    send_all()
    assert len(service.received) == 1, "the next call about the same clip waits a quarter of an hour"
    assert PushJob.objects.get().due_at > PushJob.objects.get().sent_at + timedelta(minutes=14)


def test_what_was_read_meanwhile_is_not_told(world, clip_of_carol, phone, service):
    like(world, clip_of_carol, "bob")
    notices.read_all(viewer=viewer_of(world["carol"]))
    send_all()
    assert service.received == []
    assert PushJob.objects.get().due_at is None


def test_a_kind_without_push_calls_nobody(world, clip_of_carol, phone, service):
    notices.choose(viewer=viewer_of(world["carol"]), chosen={"liked": notices.Channels(True, False)})
    like(world, clip_of_carol, "bob")
    assert not PushJob.objects.exists()


def test_a_message_calls_and_a_request_does_not(world, phone, service):
    carol, bob = world["carol"], world["bob"]
    write(bob, carol, "May I?")
    assert not PushJob.objects.exists()
    follow(carol, bob)
    write(bob, carol, "I may")
    write(bob, carol, "See you")
    send_all()
    (said,) = read(phone, service)
    assert (said["title"], said["body"]) == ("Bob", "See you")
    assert said["tag"] == f"chat-{conversation_of(bob.id, carol.id)}"
    messages.read(viewer=viewer_of(carol), conversation=conversation_of(bob.id, carol.id))
    write(bob, carol, "Are you there?")
    send_all()
    assert len(service.received) == 2
    messages.write_to(viewer=viewer_of(carol), other=bob, draft=Draft(nonce=uuid7(), text="Yes"))
    send_all()
    assert len(service.received) == 2, "nobody is called by their own words"


def test_what_comes_while_it_is_sent_is_sent_after(world, phone, service, monkeypatch):
    follow(world["carol"], world["bob"])
    write(world["bob"], world["carol"], "One")
    post, calls = sending.outward.post, []

    def and_another(*args):
        if not calls:
            calls.append(write(world["bob"], world["carol"], "Two"))
        return post(*args)

    monkeypatch.setattr("parvis.kit.outward.post", and_another)
    send_all()
    assert [one["body"] for one in read(phone, service)] == ["One", "Two"]


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_forgotten(status, world, clip_of_carol, phone, service):
    service.status = status
    like(world, clip_of_carol, "bob")
    send_all()
    assert not PushSubscription.objects.exists()
    assert not PushJob.objects.exists()


@pytest.mark.parametrize(("status", "wait"), [(429, "120"), (503, None)])
def test_a_busy_service_is_asked_again_later(status, wait, world, clip_of_carol, phone, service):
    service.status, service.headers = status, {"Retry-After": wait} if wait else {}
    like(world, clip_of_carol, "bob")
    send_all()
    job = PushJob.objects.get()
    assert (len(service.received), job.failures, job.sent_at) == (1, 1, None)
    PushJob.objects.update(due_at=job.queued_at)
    service.status, service.headers = 201, {}
    send_all()
    assert PushJob.objects.get().due_at is None


def test_a_service_that_never_answers_is_given_up(world, clip_of_carol, phone, service):
    service.status = 500
    like(world, clip_of_carol, "bob")
    for _ in range(10):
        PushJob.objects.filter(due_at__isnull=False).update(due_at=NOON)
        send_one()
    assert len(service.received) == sending.FAILURES_MOST


def test_a_worker_that_dies_leaves_its_job_to_another(world, clip_of_carol, phone, service, monkeypatch):
    like(world, clip_of_carol, "bob")
    monkeypatch.setattr(sending, "_send", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        send_one()
    monkeypatch.undo()
    monkeypatch.setattr("parvis.kit.outward.connection_to", service.connection)
    assert send_one() is False, "the lease holds"
    PushJob.objects.update(lease_until=NOON)
    send_all()
    assert len(service.received) == 1


def test_nobody_under_sixteen_is_called_at_night_whatever_they_chose(world, service, monkeypatch):
    for name, called in (("erin", False), ("alice", True)):
        prefer(viewer=viewer_of(world[name]), zone="Europe/Paris", quiet_from=0, quiet_until=0)
        assert (push.moment_for(world[name], NIGHT) == NIGHT) is called
        assert push.moment_for(world[name], NOON) == NOON
    prefer(viewer=viewer_of(world["alice"]), zone="Europe/Paris", quiet_from=22 * 60, quiet_until=6 * 60)
    assert push.moment_for(world["alice"], NIGHT) == datetime(2026, 6, 11, 4, tzinfo=UTC)


def test_who_is_seventeen_is_not_called_at_night_unless_they_chose_so(world):
    teen = open_account(handle="gina", birth_date=date(now().year - 17, 1, 1), home="FR", language="fr")
    assert push.moment_for(teen, NIGHT) == datetime(2026, 6, 11, 5, tzinfo=UTC)
    Preferences.objects.create(person=teen, home="FR", messages_from="nobody")
    assert push.moment_for(teen, NIGHT) == datetime(2026, 6, 11, 5, tzinfo=UTC), "that was no choice of hours"
    prefer(viewer=viewer_of(teen), zone="", quiet_from=0, quiet_until=0)
    assert push.moment_for(teen, NIGHT) == NIGHT


def test_the_zone_of_the_first_browser_holds_until_another_is_chosen(world):
    erin, phone = world["erin"], Browser(3)

    def subscribed(zone):
        push.subscribe(
            viewer=viewer_of(erin), endpoint=phone.endpoint, p256dh=b64encode(phone.point), auth=b64encode(phone.auth),
            zone=zone,
        )  # fmt: skip
        return Preferences.objects.filter(person=erin).values_list("zone", flat=True).first()

    assert subscribed("Moon/Base") is None
    assert subscribed("America/Manaus") == "America/Manaus"
    assert push.moment_for(erin, datetime(2026, 6, 11, 3, tzinfo=UTC)) == datetime(2026, 6, 11, 11, tzinfo=UTC)
    assert subscribed("Europe/Paris") == "America/Manaus", "a journey changes nothing"
    prefer(viewer=viewer_of(erin), zone="Asia/Tokyo", quiet_from=0, quiet_until=0)
    assert subscribed("Europe/Paris") == "Asia/Tokyo"


def test_a_call_of_the_evening_waits_over_midnight_for_the_morning(world, service, clip_of_carol, phone, monkeypatch):
    def clock(moment):
        for module in (sending, push):
            monkeypatch.setattr(module, "now", lambda: moment)

    prefer(viewer=viewer_of(world["carol"]), zone="America/New_York", quiet_from=22 * 60, quiet_until=7 * 60)
    like(world, clip_of_carol, "bob")
    PushJob.objects.update(due_at=datetime(2026, 10, 31, 12, tzinfo=UTC))
    morning = datetime(2026, 11, 1, 12, tzinfo=UTC)  # seven in New York, where clocks went back that night
    for hours in (10, 5, 1):
        clock(morning - timedelta(hours=hours))
        send_one()
        assert (service.received, PushJob.objects.get().due_at) == ([], morning)
    clock(morning)
    assert send_one() is True
    assert len(service.received) == 1


def test_a_job_that_falls_into_quiet_hours_waits_for_their_end(world, clip_of_carol, phone, service, monkeypatch):
    like(world, clip_of_carol, "bob")
    later = PushJob.objects.get().due_at + timedelta(hours=5)
    monkeypatch.setattr(sending, "moment_for", lambda _person, _at: later)
    assert send_one() is True
    assert service.received == []
    assert PushJob.objects.get().due_at == later


def test_a_subscription_is_sealed_and_belongs_to_who_subscribed_last(world):
    phone = Browser(7)
    subscribe(world["carol"], phone)
    row = PushSubscription.objects.get()
    assert b"push.example" not in bytes(row.endpoint)
    subscribe(world["carol"], phone)
    assert PushSubscription.objects.count() == 1
    subscribe(world["alice"], phone)
    assert PushSubscription.objects.get().person == world["alice"], "a phone that two share calls one of them"
    push.unsubscribe(viewer=viewer_of(world["carol"]), endpoint=phone.endpoint)
    assert PushSubscription.objects.count() == 1
    push.unsubscribe(viewer=viewer_of(world["alice"]), endpoint=phone.endpoint)
    assert not PushSubscription.objects.exists()


def by_program(world, phone, *allowed):
    """Have carol called where a program of hers says."""
    token, _ = create_token(person=world["carol"], name="phone", allowed=allowed, days=1)
    subscribe(world["carol"], phone)
    PushSubscription.objects.update(token_id=token.id)
    return token


def test_a_browser_of_a_program_is_called_as_long_as_its_token_opens_something(world, clip_of_carol, service):
    token = by_program(world, Browser(), "read")
    like(world, clip_of_carol, "bob")
    Token.objects.filter(id=token.id).update(expires_at=now())
    send_all()
    assert (service.received, PushSubscription.objects.count()) == ([], 0)


def test_a_program_is_told_what_its_token_may_read_and_nothing_else(world, clip_of_carol, service):
    by_program(world, Browser(), "messages")
    like(world, clip_of_carol, "bob")
    send_all()
    assert (service.received, PushSubscription.objects.count()) == ([], 1)
    Token.objects.update(scopes=["read"])
    PushJob.objects.update(sent_at=None)
    like(world, clip_of_carol, "dan")
    send_all()
    assert len(service.received) == 1


def test_a_program_that_subscribes_is_kept_with_its_token(world):
    phone, token = Browser(), uuid7()
    viewer = replace(viewer_of(world["carol"]), token=token)
    push.subscribe(viewer=viewer, endpoint=phone.endpoint, p256dh=b64encode(phone.point), auth=b64encode(phone.auth))
    assert PushSubscription.objects.get().token_id == token


def test_signing_out_ends_the_browsers_of_that_session(world):
    subscribe(world["carol"], Browser(1), "this")
    subscribe(world["carol"], Browser(2), "other")
    ended = next(one for one in subscribers() if one.name == "inbox-ended-sessions")
    assert ended.kinds == {SESSION_ENDED}
    ended.handle(SimpleNamespace(data={"session": "this"}))
    assert [row.session for row in PushSubscription.objects.all()] == ["other"]
    ended.handle(SimpleNamespace(data={}))
    assert PushSubscription.objects.count() == 1


def test_a_person_has_twenty_browsers_at_most(world):
    for number in range(22):
        subscribe(world["carol"], Browser(number))
    assert PushSubscription.objects.count() == 20


@pytest.mark.parametrize(
    "wrong",
    [
        {"endpoint": "https://127.0.0.1/x"}, {"endpoint": 7}, {"keys": "x"}, {"keys": {"p256dh": "AA", "auth": "AA"}},
        {"keys": {"p256dh": "é", "auth": "AA"}}, {"endpoint": "https://push.example.org/" + "a" * 2000},
        {"zone": 7},
    ],
)  # fmt: skip
def test_what_is_no_subscription_is_refused_and_changes_nothing(wrong, world, client_of):
    told = {**Browser().subscription(), **wrong}
    answer = client_of(world["carol"]).put("/push/subscription", orjson.dumps(told), content_type="application/json")
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == BadSubscription.code
    assert not PushSubscription.objects.exists()


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff"])
def test_a_body_that_is_none_is_refused(body, world, client_of):
    answer = client_of(world["carol"]).put("/push/subscription", body, content_type="application/json")
    assert answer.status_code == 422


def test_a_browser_subscribes_and_ends_it_by_the_page(world, client_of):
    carol, told = client_of(world["carol"]), {**Browser().subscription(), "zone": "Europe/Berlin"}
    for _ in range(2):
        assert carol.put("/push/subscription", told, content_type="application/json").status_code == 204
    assert PushSubscription.objects.get().person == world["carol"]
    assert Preferences.objects.get().zone == "Europe/Berlin"
    assert client_of(None).put("/push/subscription", told, content_type="application/json").status_code == 401
    gone = carol.delete("/push/subscription", {"endpoint": told["endpoint"]}, content_type="application/json")
    assert gone.status_code == 204
    assert not PushSubscription.objects.exists()


def test_visitors_subscribe_to_nothing_and_old_jobs_are_swept(world, phone):
    with pytest.raises(SignInNeeded):
        push.unsubscribe(viewer=anonymous("FR", "en"), endpoint="x")
    push.queue("chat", uuid.UUID(int=1), [world["carol"].id])
    PushJob.objects.update(queued_at=NOON - timedelta(days=300))
    assert push.sweep() is True
    assert push.sweep() is False
