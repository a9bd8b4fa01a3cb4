"""Messages and names of groups that are reported: what moderators read, what a decision does, and its undoing."""

import io

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from parvis.accounts.viewer import anonymous
from parvis.cells.keys import unseal
from parvis.inbox.actions import chats, messages
from parvis.inbox.actions.evidence import sweep
from parvis.inbox.actions.messages import Draft
from parvis.inbox.errors import NoSuchMessage
from parvis.inbox.models import Evidence, Message
from parvis.inbox.queries.chats import for_viewer
from parvis.inbox.queries.evidence import EVIDENCE_BODY
from parvis.inbox.reconcilers import sweep_pictures
from parvis.kit.ids import uuid7
from parvis.safety import actions, queries
from parvis.safety.errors import NothingToReport, OwnThing
from parvis.safety.models import Case, Report
from parvis.safety.queries import for_moderator
from parvis.safety.states import REMOVE, WARN
from parvis.safety.tests.conftest import client_of, decided, reported, world
from parvis.social import actions as social
from parvis.social.tests.conftest import viewer_of

__all__ = ["client_of", "world"]


def write(one, other, text="Hello", **more):
    return messages.write_to(viewer=viewer_of(one), other=other, draft=Draft(nonce=uuid7(), text=text, **more))


def copy_of(person, sent) -> Message:
    return Message.objects.get(person=person, message=sent.message)


def said(person, sent):
    door = for_viewer(viewer_of(person))
    chat = door.one(sent.chat.conversation)
    shown = next(one for one in door.messages(chat).messages if one.message == sent.message)
    return shown.text, shown.notice, shown.picture


def rows():
    return Case.objects.count(), Report.objects.count(), Evidence.objects.count()


@pytest.fixture
def sent(world):
    """Bob has written two messages to alice, who follows him."""
    social.follow(viewer=viewer_of(world["alice"]), followed=world["bob"])
    write(world["bob"], world["alice"], "The first")
    return write(world["bob"], world["alice"], "You will see")


@pytest.fixture
def group(world):
    """A group of alice's, bob's and carol's, which bob has named."""
    alice, bob, carol = world["alice"], world["bob"], world["carol"]
    for one in (alice, carol):
        social.follow(viewer=viewer_of(one), followed=bob)
    return chats.start_group(viewer=viewer_of(bob), others=[alice, carol], title="A bad name", nonce=uuid7())


def test_one_message_is_copied_for_moderators_sealed_for_who_wrote_it(world, sent):
    alice, bob = world["alice"], world["bob"]
    case = reported(alice, "message", copy_of(alice, sent))
    assert (case.kind, case.object, case.person_id) == ("message", sent.message, bob.id)
    copy = Evidence.objects.get()
    assert (copy.person_id, copy.home) == (bob.id, bob.home)
    assert unseal(bob.id, EVIDENCE_BODY, copy.body) == "You will see"
    shown = for_moderator(world["frank"]).case(case.id)
    assert shown.thing is not None
    assert (shown.thing.text, shown.thing.url) == ("You will see", "")


def test_who_is_not_in_a_conversation_reports_nothing_of_it(world, sent):
    mine = copy_of(world["alice"], sent)
    for viewer in (viewer_of(world["carol"]), viewer_of(world["bob"]), anonymous("FR", "fr")):
        for thing in (mine.id, sent.message):
            with pytest.raises(NothingToReport):
                actions.report(viewer=viewer, kind="message", thing_id=thing, reason="bullying")
    with pytest.raises(OwnThing):
        actions.report(viewer=viewer_of(world["bob"]), kind="message", thing_id=sent.id, reason="bullying")
    assert rows() == (0, 0, 0)


def test_a_message_that_was_taken_back_cannot_be_reported_but_a_report_before_stays(world, sent):
    alice, bob = world["alice"], world["bob"]
    other = write(bob, alice, "Another")
    case = reported(alice, "message", copy_of(alice, sent))
    for one in (sent, other):
        messages.unsend(viewer=viewer_of(bob), message_id=one.id)
    with pytest.raises(NothingToReport):
        reported(alice, "message", copy_of(alice, other))
    thing = for_moderator(world["frank"]).case(case.id).thing
    assert thing is not None
    assert thing.text == "You will see"
    assert rows() == (1, 1, 1)


def test_a_removed_message_is_hidden_from_its_reader_and_comes_back_with_a_reversal(world, sent):
    alice, bob = world["alice"], world["bob"]
    case = reported(alice, "message", copy_of(alice, sent))
    decision = decided(world["frank"], case, on_thing=REMOVE)
    text, notice, _ = said(alice, sent)
    assert (text, notice) == ("", "A moderator removed this message.")
    assert said(bob, sent)[0] == "You will see"
    told = queries.for_viewer(viewer_of(bob)).statement(decision.id)
    assert told.thing is not None
    assert told.thing.text == "You will see"
    actions.appeal(person=bob.id, decision_id=decision.id, words="It was a joke.")
    actions.hear(by=world["olga"], case_id=case.id, is_reversed=True, answer="So it was.")
    assert said(alice, sent)[:2] == ("You will see", "")


def test_a_reported_picture_is_seen_by_moderators_only_and_outlives_the_message(world, sent, client_of):
    alice, bob = world["alice"], world["bob"]
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, "PNG")
    chats.answer(viewer=viewer_of(alice), conversation=sent.chat.conversation, accepts=True)
    shot = write(bob, alice, "", picture=out.getvalue())
    case = reported(alice, "message", copy_of(alice, shot))
    decided(world["frank"], case, on_thing=REMOVE)
    with pytest.raises(NoSuchMessage):
        for_viewer(viewer_of(alice)).picture(copy_of(alice, shot).id)
    messages.unsend(viewer=viewer_of(bob), message_id=shot.id)
    sweep_pictures()
    copy = Evidence.objects.get()
    assert default_storage.exists(copy.picture)
    assert copy.picture.startswith(f"chats/{bob.home}/")
    address = f"/moderation/messages/{copy.id}/picture"
    answer = client_of(world["frank"]).get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
    assert [client_of(one).get(address).status_code for one in (alice, bob, None)] == [403, 403, 403]


def test_the_name_of_a_group_is_taken_away_and_given_back_also_to_who_came_meanwhile(world, group):
    alice, bob, erin = world["alice"], world["bob"], world["dan"]
    case = reported(alice, "group", type("Conversation", (), {"id": group.conversation}))
    assert case.person_id == bob.id
    decision = decided(world["frank"], case, on_thing=REMOVE)
    social.follow(viewer=viewer_of(erin), followed=bob)
    chats.add(viewer=viewer_of(bob), conversation=group.conversation, other=erin)
    seen = [for_viewer(viewer_of(one)).one(group.conversation) for one in (alice, bob, erin)]
    assert all("A bad name" not in one.name and not one.has_own_name for one in seen)
    with pytest.raises(NothingToReport):
        actions.report(viewer=viewer_of(alice), kind="group", thing_id=group.conversation, reason="hate")
    actions.appeal(person=bob.id, decision_id=decision.id, words="It is a band.")
    actions.hear(by=world["olga"], case_id=case.id, is_reversed=True, answer="It is.")
    assert {for_viewer(viewer_of(one)).one(group.conversation).name for one in (alice, bob, erin)} == {"A bad name"}


def test_pages_lead_from_a_message_to_a_report_and_on_to_the_queue(world, sent, client_of):
    alice, frank = client_of(world["alice"]), client_of(world["frank"])
    address = f"/report/message/{copy_of(world['alice'], sent).id}"
    assert address in alice.get(f"/messages/{sent.chat.conversation}").content.decode()
    assert b"and no other" in alice.get(address).content
    done = alice.post(f"{address}?about=bullying", {"reason": "harassment", "words": "Every day."})
    assert done.status_code == 200
    case = Case.objects.get()
    page = frank.get(f"/moderation/cases/{case.id}").content.decode()
    assert "You will see" in page
    assert "The first" not in page
    assert client_of(world["carol"]).get(address).status_code == 404


def test_a_copy_in_which_nothing_was_wrong_is_forgotten_and_others_are_kept(world, sent):
    alice, frank = world["alice"], world["frank"]
    others = [write(world["bob"], alice, text) for text in ("Waits", "Warned")]
    cases = [reported(alice, "message", copy_of(alice, one)) for one in (sent, *others)]
    decided(frank, cases[0], ground="", reason="")
    decided(frank, cases[2], on_account=WARN)
    sweep()
    assert set(Evidence.objects.values_list("subject", flat=True)) == {one.message for one in others}
    reported(alice, "message", copy_of(alice, sent))
    sweep()
    assert Evidence.objects.count() == 3, "reported again, it waits again"


def test_what_was_reported_is_erased_with_who_wrote_it(world, sent):
    reported(world["alice"], "message", copy_of(world["alice"], sent))
    world["bob"].delete()
    assert rows() == (0, 0, 0)
