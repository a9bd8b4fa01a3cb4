"""Who is told of decisions, appeals and reports in the inbox."""

from parvis.inbox.actions import notices as actions
from parvis.inbox.queries.notices import for_viewer
from parvis.inbox.tests.conftest import deliver, sentences
from parvis.safety import actions as safety
from parvis.safety.states import REMOVE, WARN
from parvis.safety.tests.conftest import client_of, clip, decided, reported, world
from parvis.social.tests.conftest import viewer_of

__all__ = ["client_of", "clip", "world"]

LOOKED_AT = "What you reported was looked at. See what came of it."
DECIDED = "A moderator decided about you or something of yours. Read why, and how you can appeal."
HEARD = "Your appeal was heard. Read what came of it."


def test_whom_a_decision_concerns_and_who_reported_are_told_once(world, clip, client_of):
    decision = decided(world["frank"], reported(world["bob"], "clip", clip), on_thing=REMOVE)
    deliver()
    deliver()
    assert sentences(world["alice"]) == [DECIDED]
    assert sentences(world["bob"]) == [LOOKED_AT]
    (told,) = for_viewer(viewer_of(world["alice"])).notices().notices
    assert told.link == f"/decisions/{decision.id}"
    assert client_of(world["alice"]).get(told.link).status_code == 200
    assert client_of(world["bob"]).get("/reports").status_code == 200


def test_where_nothing_was_wrong_only_who_reported_is_told(world, clip):
    decided(world["frank"], reported(world["bob"], "clip", clip), ground="", reason="")
    deliver()
    assert sentences(world["alice"]) == []
    assert sentences(world["bob"]) == [LOOKED_AT]


def test_who_appealed_is_told_that_it_was_heard_and_who_reported_that_it_came_otherwise(world, clip):
    case = reported(world["bob"], "clip", clip)
    decision = decided(world["frank"], case, on_account=WARN)
    deliver()
    actions.read_all(viewer=viewer_of(world["bob"]))
    safety.appeal(person=world["alice"].id, decision_id=decision.id, words="No.")
    safety.hear(by=world["olga"], case_id=case.id, is_reversed=True, answer="Right.")
    deliver()
    assert sentences(world["alice"]) == [HEARD, DECIDED]
    (again,) = for_viewer(viewer_of(world["bob"])).notices().notices
    assert not again.is_read


def test_none_of_them_can_be_switched_off(world, clip):
    kinds = ("decided", "appeal-heard", "report-answered")
    for name in ("alice", "bob"):
        actions.choose(viewer=viewer_of(world[name]), chosen={kind: actions.Channels(False, False) for kind in kinds})
    decided(world["frank"], reported(world["bob"], "clip", clip), on_account=WARN)
    deliver()
    assert (sentences(world["alice"]), sentences(world["bob"])) == ([DECIDED], [LOOKED_AT])
