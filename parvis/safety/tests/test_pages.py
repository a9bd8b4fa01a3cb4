"""Pages: reporting with and without an account, the moderators' queue and case, the statement and the appeal."""

import pytest
from django.test import Client

from parvis.kit.ids import uuid7
from parvis.safety import states
from parvis.safety.models import Appeal, Case, Decision, Report
from parvis.safety.tests.conftest import decided, reported

FACTS = {"ground": "terms", "reason": "bullying", "facts": "It says so.", "rule": ""}


@pytest.mark.parametrize("who", ["bob", None])
def test_reporting_is_two_steps_with_and_without_an_account(world, clip, client_of, who):
    client = client_of(world[who] if who else None)
    url = f"/report/clip/{clip.id}"
    assert "Bullying or exposing somebody" in client.get(url).content.decode()
    page = client.get(f"{url}?about=bullying").content.decode()
    assert "Stalking" in page
    assert "Only moderators read this" in page
    assert client.post(f"{url}?about=bullying", {"reason": "nudity"}).status_code == 422, "of another category"
    assert Report.objects.count() == 0
    answer = client.post(f"{url}?about=bullying", {"reason": "stalking", "words": "Every day"})
    assert "Thank you" in answer.content.decode()
    assert Report.objects.get().person == (world[who] if who else None)


def test_what_is_not_there_cannot_be_reported(world, client_of):
    assert client_of(world["bob"]).get(f"/report/clip/{uuid7()}").status_code == 404
    assert client_of(world["bob"]).get(f"/report/ghost/{uuid7()}").status_code == 404


def test_a_visitors_reports_are_limited(world, clip, comment, client_of, settings):
    settings.PARVIS_RATE_LIMITS = True
    found = []
    for _ in range(7):
        answer = Client(headers={"sec-fetch-mode": "navigate"}).post(
            f"/report/clip/{clip.id}?about=hate", {"reason": "hate"}
        )
        found.append(answer.status_code)
    assert found == [200] * 5 + [429] * 2
    assert Report.objects.count() == 5


def test_buttons_to_report_stand_where_the_thing_is_anothers(world, clip, comment, client_of):
    page = client_of(world["carol"]).get(f"/c/{clip.id}").content.decode()
    assert f"/report/clip/{clip.id}" in page
    assert f"/report/comment/{comment.id}" in page
    assert f"/report/clip/{clip.id}" not in client_of(world["alice"]).get(f"/c/{clip.id}").content.decode()
    assert f"/report/comment/{comment.id}" not in client_of(world["bob"]).get(f"/c/{clip.id}").content.decode()
    assert f"/report/profile/{world['alice'].id}" in client_of(world["bob"]).get("/@alice").content.decode()
    assert "/report/profile" not in client_of(world["alice"]).get("/@alice").content.decode()


@pytest.mark.parametrize("path", ["/moderation/", "/moderation/cases/{case}", "/moderation/roles"])
def test_moderators_pages_are_for_them_alone(world, clip, client_of, path):
    case = reported(world["bob"], "clip", clip)
    path = path.format(case=case.id)
    assert client_of(None).get(path).status_code == 302
    assert client_of(world["bob"]).get(path).status_code == 403
    assert client_of(world["olga"]).get(path).status_code == 200
    assert client_of(world["frank"]).get(path).status_code == (403 if "roles" in path else 200)


def test_a_moderator_takes_a_case_in_hand_decides_and_goes_on_to_the_next(world, clip, client_of):
    case = reported(world["bob"], "clip", clip, "hate", "Look at it")
    after = reported(world["bob"], "profile", world["carol"], "nudity")
    client = client_of(world["frank"])
    assert "@alice" in client.get("/moderation/").content.decode()
    page = client.get(f"/moderation/cases/{case.id}").content.decode()
    assert "Look at it" in page
    assert "bob" not in page, "who reported is not shown"
    assert client.post(f"/moderation/cases/{case.id}/hand").status_code == 303
    assert Case.objects.get(id=case.id).claimed_by
    answer = client.post(f"/moderation/cases/{case.id}/decision", {**FACTS, "on_thing": "remove", "ground": ""})
    assert answer.status_code == 422
    assert Decision.objects.count() == 0
    answer = client.post(f"/moderation/cases/{case.id}/decision", {**FACTS, "on_thing": "remove"})
    assert answer["Location"] == f"/moderation/cases/{after.id}"
    assert Decision.objects.get().on_thing == states.REMOVE
    assert "A moderator decided." in client.get(f"/moderation/cases/{case.id}").content.decode()


def test_a_case_in_anothers_hand_says_so(world, clip, client_of):
    case = reported(world["bob"], "clip", clip)
    client_of(world["frank"]).post(f"/moderation/cases/{case.id}/hand")
    client = client_of(world["olga"])
    assert "in hand" in client.get(f"/moderation/cases/{case.id}").content.decode()
    assert client.post(f"/moderation/cases/{case.id}/decision", {**FACTS, "on_thing": "remove"}).status_code == 409
    assert Decision.objects.count() == 0
    client_of(world["frank"]).post(f"/moderation/cases/{case.id}/hand", {"back": "1"})
    assert "In another" not in client.get("/moderation/").content.decode()


def test_the_person_reads_why_appeals_and_reads_the_answer(world, clip, client_of):
    case = reported(world["bob"], "clip", clip)
    decision = decided(world["frank"], case, on_thing=states.REMOVE)
    alice = client_of(world["alice"])
    assert str(decision.id) in alice.get("/decisions/").content.decode()
    page = alice.get(f"/decisions/{decision.id}").content.decode()
    for said in (
        "It was removed",
        "The rules of this installation",
        "It says so.",
        "No automated means",
        "appeal once",
    ):
        assert said in page
    assert client_of(world["bob"]).get(f"/decisions/{decision.id}").status_code == 404
    assert alice.post(f"/decisions/{decision.id}/appeal", {"words": ""}).status_code == 422
    assert Appeal.objects.count() == 0
    assert alice.post(f"/decisions/{decision.id}/appeal", {"words": "A joke"}).status_code == 303
    assert alice.post(f"/decisions/{decision.id}/appeal", {"words": "A joke"}).status_code == 409
    answer = {"outcome": "reversed", "answer": "You are right."}
    refused = client_of(world["frank"]).post(f"/moderation/cases/{case.id}/hearing", answer)
    assert refused.status_code == 403
    assert "Another moderator hears the appeal" in refused.content.decode()
    assert client_of(world["olga"]).post(f"/moderation/cases/{case.id}/hearing", answer).status_code == 303
    assert "You are right." in alice.get(f"/decisions/{decision.id}").content.decode()
    assert "Nothing wrong was found" in client_of(world["bob"]).get("/reports").content.decode()


def test_an_operator_gives_and_takes_roles(world, client_of):
    client = client_of(world["olga"])
    assert client.post("/moderation/roles", {"handle": "@bob", "role": "moderator"}).status_code == 303
    assert client_of(world["bob"]).get("/moderation/").status_code == 200
    assert client.post("/moderation/roles", {"handle": "nobody_here", "role": "moderator"}).status_code == 422
    client.post("/moderation/roles", {"handle": "bob", "role": "moderator", "take": "1"})
    assert client_of(world["bob"]).get("/moderation/").status_code == 403
