"""Who is told of whom: an app of those who let it in, a program as long as its token opens something."""

import uuid
from datetime import timedelta

import pytest

from parvis.accounts.actions.tokens import create_token, end_token
from parvis.accounts.errors import ScopeMissing, SignInNeeded
from parvis.accounts.models import Token
from parvis.accounts.viewer import anonymous
from parvis.cells.datamap import declared
from parvis.cells.records import Owner, erase_some, export
from parvis.connect import actions as connect
from parvis.connect.errors import NoSuchApp
from parvis.connect.models import Code
from parvis.connect.queries import subject
from parvis.events.models import Event
from parvis.kit.clock import now
from parvis.social import actions as social
from parvis.webhooks.actions import endpoints
from parvis.webhooks.errors import BadEndpoint, EndpointStopped, NoSuchEndpoint, TooManyEndpoints, UnknownTopic
from parvis.webhooks.models import Delivery, Endpoint
from parvis.webhooks.queries import for_viewer
from parvis.webhooks.reconcilers import sweep
from parvis.webhooks.subscribers import subscribers
from parvis.webhooks.tests.conftest import ADDRESS, by_program, hand_on, let_in, send_all, viewer_of


@pytest.fixture
def listening(world, app):
    """An address of bob's app, told of likes of everybody's clips who let it in."""
    return endpoints.register(viewer=viewer_of(world["bob"]), address=ADDRESS, topics=["clip.liked"], app_id=app.id)[0]


def like(world, clip, name="carol"):
    social.like(viewer=viewer_of(world[name]), clip_id=clip.id)


def test_an_app_is_told_of_who_let_it_in_by_their_number(world, clip, app, listening, receiver):
    let_in(world["alice"], app, "openid", "read")
    like(world, clip)
    send_all()
    [said] = receiver.said()
    assert said["data"]["person"] == {"handle": "alice", "sub": subject(app, world["alice"])}
    job = Delivery.objects.get()
    assert (job.person, job.home) == (world["alice"], world["alice"].home), "the row is of whom it tells"


@pytest.mark.parametrize("scopes", [(), ("openid", "profile"), ("social",)])
def test_an_app_is_told_nothing_that_it_may_not_read(scopes, world, clip, app, listening, receiver):
    if scopes:
        let_in(world["alice"], app, *scopes)
    like(world, clip)
    send_all()
    assert (receiver.received, Delivery.objects.count()) == ([], 0)


@pytest.mark.parametrize("end", ["withdrawn", "revoked", "stopped", "removed", "ran out", "maker closed"])
def test_what_waits_is_not_sent_once_access_has_ended(end, world, clip, app, listening, receiver):
    let_in(world["alice"], app, "read")
    like(world, clip)
    hand_on()
    assert Delivery.objects.count() == 1
    if end == "withdrawn":
        connect.withdraw(person=world["alice"], app_id=app.id)
    elif end == "revoked":
        connect.end_family(Code.objects.get().id)
    elif end == "stopped":
        connect.stop_app(app_id=app.id, stopped=True, by=world["olga"].id)
    elif end == "removed":
        connect.remove_app(person=world["bob"], app_id=app.id)
    elif end == "ran out":
        from parvis.connect.models import AppToken

        AppToken.objects.update(refresh_until=now())
    else:
        type(world["bob"]).objects.filter(handle="bob").update(is_active=False)
    like(world, clip, "dan")
    send_all()
    assert (receiver.received, Delivery.objects.count()) == ([], 0)


def test_a_refreshed_token_goes_on(world, clip, app, listening, receiver):
    secret = let_in(world["alice"], app, "read")
    taken = connect.take_refresh(secret=secret, app=app)
    connect.replace(taken)
    like(world, clip)
    send_all()
    assert receiver.received == []
    connect.give_token(code=taken.code, allowed=["read"], access="another", refresh="next")
    like(world, clip, "dan")
    send_all()
    assert len(receiver.received) == 2, "the first, too: it happened within a day"


def test_nobody_listens_for_an_app_of_another(world, app):
    with pytest.raises(NoSuchApp):
        endpoints.register(viewer=viewer_of(world["alice"]), address=ADDRESS, topics=["clip.liked"], app_id=app.id)
    assert not Endpoint.objects.exists()


def program(world, handle="alice", *allowed):
    row, _ = create_token(person=world[handle], name="bot", allowed=allowed or ("read", "settings"), days=1)
    return by_program(viewer_of(world[handle]), row.id), row


def test_a_program_sees_what_it_registered_and_a_person_all_of_theirs(world, told):
    viewer, _ = program(world)
    mine, _ = endpoints.register(viewer=viewer, address=ADDRESS, topics=["clip.liked"], allowed=frozenset({"read"}))
    assert [one.row.id for one in for_viewer(viewer).all()] == [mine.id]
    assert {one.row.id for one in for_viewer(viewer_of(world["alice"])).all()} == {mine.id, told[0].id}
    for stranger in (viewer, viewer_of(world["bob"])):
        with pytest.raises(NoSuchEndpoint):
            endpoints.change(viewer=stranger, endpoint_id=told[0].id, topics=["follower.new"])
        with pytest.raises(NoSuchEndpoint):
            endpoints.renew_secret(viewer=stranger, endpoint_id=told[0].id)
        with pytest.raises(NoSuchEndpoint):
            endpoints.remove(viewer=stranger, endpoint_id=told[0].id)
        with pytest.raises(NoSuchEndpoint):
            endpoints.ping(viewer=stranger, endpoint_id=told[0].id)
    assert Endpoint.objects.get(id=told[0].id).topics == told[0].topics


def test_a_program_registers_nothing_beyond_its_scopes_and_for_no_app(world, app):
    viewer, _ = program(world, "bob", "settings")
    with pytest.raises(ScopeMissing):
        endpoints.register(viewer=viewer, address=ADDRESS, topics=["clip.liked"], allowed=frozenset({"settings"}))
    assert not Endpoint.objects.exists()
    row, _ = endpoints.register(
        viewer=viewer, address=ADDRESS, topics=["clip.liked"], allowed=frozenset({"read"}), app_id=app.id
    )
    assert row.app is None


@pytest.mark.parametrize("end", ["taken back", "ran out"])
def test_what_a_program_registered_ends_with_its_token(end, world, clip, receiver):
    viewer, token = program(world)
    endpoints.register(viewer=viewer, address=ADDRESS, topics=["clip.liked"], allowed=frozenset({"read"}))
    like(world, clip)
    hand_on()
    if end == "taken back":
        end_token(person=world["alice"], token_id=token.id)
    else:
        Token.objects.filter(id=token.id).update(expires_at=now())
    send_all()
    assert receiver.received == []
    assert not Endpoint.objects.exists()


def test_the_worker_ends_it_without_waiting_for_a_call(world, app):
    viewer, token = program(world)
    endpoints.register(viewer=viewer, address=ADDRESS, topics=["clip.liked"], allowed=frozenset({"read"}))
    other, _ = program(world)
    endpoints.register(viewer=other, address=ADDRESS, topics=["clip.liked"], allowed=frozenset({"read"}))
    let_in(world["alice"], app, "read", "settings")
    consent = connect.let_in(person=world["alice"], app=app, allowed=["read"])
    by_app = by_program(viewer_of(world["alice"]), consent.id)
    endpoints.register(viewer=by_app, address=ADDRESS, topics=["clip.liked"], allowed=frozenset({"read"}))
    end_token(person=world["alice"], token_id=token.id)
    connect.withdraw(person=world["alice"], app_id=app.id)
    ended = subscribers()[0]
    for event in Event.objects.filter(kind__in=ended.kinds):
        ended.handle(event)
    assert [row.token_id for row in Endpoint.objects.all()] == [other.token]


def test_the_sweep_ends_what_ran_out_and_forgets_old_calls(world, clip, told, receiver):
    viewer, token = program(world)
    endpoints.register(viewer=viewer, address=ADDRESS, topics=["clip.liked"], allowed=frozenset({"read"}))
    like(world, clip)
    send_all()
    Token.objects.filter(id=token.id).update(expires_at=now())
    Delivery.objects.update(created_at=now() - timedelta(days=8))
    assert sweep()
    assert not sweep()
    assert (Endpoint.objects.get().id, Delivery.objects.count()) == (told[0].id, 0)


@pytest.mark.parametrize(
    "address",
    [
        "http://bot.example.org/", "https://127.0.0.1/", "https://localhost/", "https://10.0.0.1/", "https://[::1]/",
        "https://intranet/", "https://bot.example.org:8443/", "https://me@bot.example.org/", "ftp://bot.example.org/",
        "https://bot.example.org/#part", "https://bot.example.org/a b", "https://bot.example.org/" + "a" * 1000, "",
    ],
)  # fmt: skip
def test_an_address_that_is_not_told_is_refused_and_nothing_is_kept(address, world):
    with pytest.raises(BadEndpoint) as refused:
        endpoints.register(viewer=viewer_of(world["alice"]), address=address, topics=["clip.liked"])
    assert "https address" in str(refused.value)
    assert not Endpoint.objects.exists()


@pytest.mark.parametrize("topics", [[], ["clip.eaten"], ["clip.liked", "ping"]])
def test_what_cannot_be_told_is_refused(topics, world, told):
    alice = viewer_of(world["alice"])
    with pytest.raises(UnknownTopic):
        endpoints.register(viewer=alice, address=ADDRESS, topics=topics)
    with pytest.raises(UnknownTopic):
        endpoints.change(viewer=alice, endpoint_id=told[0].id, topics=topics)
    assert Endpoint.objects.get().topics == told[0].topics


def test_there_is_an_end_to_it(world, monkeypatch):
    monkeypatch.setattr(endpoints, "MOST", 1)
    alice = viewer_of(world["alice"])
    endpoints.register(viewer=alice, address=ADDRESS, topics=["clip.liked"])
    with pytest.raises(TooManyEndpoints):
        endpoints.register(viewer=alice, address=ADDRESS, topics=["clip.liked"])
    with pytest.raises(SignInNeeded):
        endpoints.register(viewer=anonymous("FR", "fr"), address=ADDRESS, topics=["clip.liked"])
    assert Endpoint.objects.count() == 1


def test_what_an_operator_stopped_its_owner_cannot_start(world, clip, told, receiver):
    alice, row = viewer_of(world["alice"]), told[0]
    like(world, clip)
    hand_on()
    endpoints.stop(endpoint_id=row.id, stopped=True)
    for act in (endpoints.resume, endpoints.ping):
        with pytest.raises(EndpointStopped):
            act(viewer=alice, endpoint_id=row.id)
    send_all()
    assert receiver.received == []
    endpoints.stop(endpoint_id=row.id, stopped=False)
    send_all()
    assert len(receiver.received) == 1


def test_a_ping_goes_out_and_resumes(world, told, receiver):
    alice, row = viewer_of(world["alice"]), told[0]
    Endpoint.objects.update(paused_at=now(), paused_why="silent")
    endpoints.ping(viewer=alice, endpoint_id=row.id)
    send_all()
    [said] = receiver.said()
    assert (said["type"], said["data"]) == ("ping", {})
    assert Endpoint.objects.get().paused_at is None


def test_a_call_is_sent_again_under_its_id(world, clip, told, receiver):
    like(world, clip)
    send_all()
    job = Delivery.objects.get()
    endpoints.send_again(viewer=viewer_of(world["alice"]), endpoint_id=told[0].id, delivery_id=job.id)
    send_all()
    assert [headers["webhook-id"] for headers, _ in receiver.received] == [str(job.id)] * 2
    from parvis.webhooks.errors import NoSuchDelivery

    with pytest.raises(NoSuchDelivery):
        endpoints.send_again(viewer=viewer_of(world["alice"]), endpoint_id=told[0].id, delivery_id=uuid.uuid4())


def test_what_leaves_with_a_person_has_the_address_and_no_secret(told, world):
    table = declared()["webhooks_endpoint"]
    [(row, _)] = export(table, Owner.of(world["alice"].id, world["alice"].home))
    assert (row["address"], row["topics"]) == (ADDRESS, told[0].topics)
    assert not {"secret", "old_secret"} & row.keys()


def test_erasing_a_maker_takes_the_calls_about_others_along(world, clip, app, listening):
    let_in(world["alice"], app, "read")
    like(world, clip)
    hand_on()
    erase_some(declared()["webhooks_endpoint"], Owner.of(world["bob"].id, world["bob"].home), lambda _name: None)
    assert (Endpoint.objects.count(), Delivery.objects.count()) == (0, 0)
