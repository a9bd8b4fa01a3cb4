"""More, less, never, at most: said on the pages or by a program, kept, obeyed at once, taken along, erased."""

import time
import uuid

import pytest
from django.db import IntegrityError, connection

from parvis.accounts.viewer import COOKIE, encode
from parvis.cells.errors import BadRow
from parvis.feed import actions, queries
from parvis.feed.actions import MOST_CHOICES
from parvis.feed.errors import BadChoice, NoSuchCreator, TooManyChoices
from parvis.feed.models import Choice, Preference
from parvis.feed.tests.conftest import brought_back, erased, taken_along, watched
from parvis.feed.tests.test_watches import other_process

SCRIPT = {"Sec-Fetch-Mode": "cors"}


def tags(answer) -> list[str]:
    return [tag for clip in answer.json["clips"] for tag in clip["tags"]]


@pytest.fixture
def person(client, world, live):
    """A browser in which bob is signed in."""
    client.force_login(world["bob"], "allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_what_is_said_on_the_settings_page_is_obeyed_at_the_next_slate_and_listed(person, ask, bob, clips) -> None:
    ask(bob)
    answer = person.post("/feed-settings", {"topic": "tag", "value": "#Jazz", "says": "never"})
    assert (answer.status_code, answer["Location"]) == (303, "/feed-settings")
    row = Choice.objects.get()
    assert (row.pseudonym, row.home, row.topic, row.value, row.says, row.most) == (
        bob.pseudonym, "US", "tag", "jazz", "never", None,
    )  # fmt: skip
    shown = [tag for _ in range(4) for tag in tags(ask(bob))]
    assert "jazz" not in shown
    assert len(shown) == 32
    page = person.get("/feed-settings").content.decode()
    assert "#jazz" in page
    person.post("/feed-settings", {"topic": "tag", "value": "jazz", "says": "forget"})
    assert not Choice.objects.exists()
    assert "jazz" in [tag for _ in range(3) for tag in tags(ask(bob))]


def test_more_of_a_subject_fills_the_feed_and_why_says_so(person, ask, bob, clips) -> None:
    person.post("/feed-settings", {"topic": "tag", "value": "chess", "says": "more"})
    shown = ask(bob).json["clips"]
    chess = [clip for clip in shown if clip["tags"] == ["chess"]]
    assert len(chess) >= 6
    why = person.get(f"/c/{chess[0]['id']}/why", headers={"Accept-Language": "en"})
    assert "You asked for more of its creator, sound or subject." in why.context["reasons"]
    assert "You asked for more of this." in [part["words"] for part in why.context["parts"]]
    assert "Left after taking out what you never want to see" in [step["words"] for step in why.context["trace"]]


def test_one_says_it_under_why_this_clip_and_comes_back_there(person, ask, bob, world, clips) -> None:
    clip = ask(bob).json["clips"][0]
    page = f"/c/{clip['id']}/why"
    topics = [(one.topic, one.name, says) for one, says in person.get(page).context["topics"]]
    assert topics == [("creator", clip["creator"]["name"], ""), ("tag", f"#{clip['tags'][0]}", "")]
    creator = world[clip["creator"]["handle"]]
    form = {"topic": "creator", "value": str(creator.id), "says": "less", "clip": clip["id"]}
    assert person.post("/feed-settings", form)["Location"] == page
    assert [says for _, says in person.get(page).context["topics"]] == ["less", ""]
    assert person.get("/feed-settings").context["said"][0][0].handle == creator.handle
    refused = person.post("/feed-settings", {**form, "says": "never", "clip": "//evil.example"}, headers=SCRIPT)
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "bad-choice")
    assert Choice.objects.get().says == "less"


def test_a_cap_holds_in_every_slate_also_for_who_goes_on_without_a_sign(ask, bob, clips, live) -> None:
    actions.choose(viewer=bob, topic="tag", value="jazz", says="most", most=1)
    after, counts = "", []
    for _ in range(6):
        answer = ask(bob, f"after={after}" if after else "")
        after = answer.json["next"]
        counts.append(tags(answer).count("jazz"))
    assert max(counts) == 1


def test_a_program_says_lists_and_forgets_what_pages_do(person, bob, world, clips) -> None:
    put = person.put("/feed/choices/tag/jazz", {"says": "most", "most": 3}, content_type="application/json")
    assert put.json() == {"choices": [{"topic": "tag", "value": "jazz", "says": "most", "most": 3}]}
    person.put("/feed/choices/creator/alice", {"says": "never"}, content_type="application/json")
    listed = person.get("/feed/choices").json()["choices"]
    assert listed[0] == {"topic": "creator", "value": str(world["alice"].id), "says": "never", "most": None}
    said = person.get("/feed-settings", headers={"Accept-Language": "en"}).context["said"]
    assert "At most 3 clips of 8" in [words for _, options in said for _, words, chosen in options if chosen]
    left = person.delete(f"/feed/choices/creator/{world['alice'].id}").json()["choices"]
    assert [one["topic"] for one in left] == ["tag"]


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("tag/jazz", {"says": "loud"}, "bad-choice"),
        ("tag/jazz", {"says": "most"}, "bad-choice"),
        ("tag/jazz", {"says": "most", "most": 0}, "bad-choice"),
        ("tag/jazz", {"says": "most", "most": 21}, "bad-choice"),
        ("tag/jazz", {"says": "more", "most": 2}, "bad-choice"),
        ("tag/jazz", {"says": "daily"}, "bad-choice"),
        ("tag/jazz", {"says": "daily", "most": 0}, "bad-choice"),
        ("tag/jazz", {"says": "minutes", "most": 1441}, "bad-choice"),
        ("tag/jazz", {"says": "forget"}, "bad-choice"),
        ("tag/jazz", {"says": "most", "most": True}, "bad-choice"),
        ("tag/jazz", ["more"], "bad-choice"),
        ("tag/two words", {"says": "more"}, "bad-choice"),
        ("tag/123", {"says": "more"}, "bad-choice"),
        ("mood/jazz", {"says": "more"}, "bad-choice"),
        ("sound/jazz", {"says": "more"}, "bad-choice"),
        ("creator/nobody.here", {"says": "more"}, "no-such-creator"),
    ],
)
def test_what_cannot_be_said_is_refused_and_nothing_has_changed(person, path, body, code, clips) -> None:
    answer = person.put(f"/feed/choices/{path}", body, content_type="application/json", headers=SCRIPT)
    assert answer.json()["error"]["code"] == code
    assert not Choice.objects.exists()
    assert not Preference.objects.exists()


def test_as_much_is_kept_as_is_allowed_and_what_is_there_can_still_be_changed(bob, live) -> None:
    pseudonym = bob.pseudonym
    Choice.objects.bulk_create(
        Choice(home="US", pseudonym=pseudonym, topic="tag", value=f"t{n}", says="more") for n in range(MOST_CHOICES)
    )
    with pytest.raises(TooManyChoices):
        actions.choose(viewer=bob, topic="tag", value="jazz", says="more")
    assert Choice.objects.count() == MOST_CHOICES
    actions.choose(viewer=bob, topic="tag", value="t7", says="never")
    assert Choice.objects.get(value="t7").says == "never"


def test_a_second_word_replaces_the_first_and_anothers_stays(bob, visitor, live) -> None:
    for one, says in ((bob, "more"), (visitor, "less"), (bob, "never")):
        actions.choose(viewer=one, topic="tag", value="Jazz", says=says)
    assert sorted(Choice.objects.values_list("says", flat=True)) == ["less", "never"]
    actions.unchoose(viewer=bob, topic="tag", value="jazz")
    actions.unchoose(viewer=bob, topic="tag", value="jazz")
    assert Choice.objects.get().pseudonym == visitor.pseudonym


def test_another_process_obeys_within_its_next_look(bob, clips, live) -> None:
    other = other_process()
    try:
        assert other.company.get(bob, time.time()).state.choices == ()
        actions.choose(viewer=bob, topic="tag", value="jazz", says="never")
        other.look()
        assert [one.value for one in other.company.get(bob, time.time()).state.choices] == ["jazz"]
        actions.unchoose(viewer=bob, topic="tag", value="jazz")
        other.look()
        assert other.company.get(bob, time.time()).state.choices == ()
    finally:
        other.stop()


def test_a_sound_is_chosen_by_its_id_and_a_tag_of_nobody_yet_counts_when_it_comes(bob, clips, live) -> None:
    sound = uuid.uuid4()
    actions.choose(viewer=bob, topic="sound", value=str(sound).upper(), says="less")
    assert live.company.get(bob, time.time()).state.choices[0].value == sound


def test_a_reset_forgets_what_was_learned_and_keeps_what_was_said(person, bob, clips) -> None:
    person.post("/feed-settings", {"topic": "tag", "value": "jazz", "says": "more"})
    person.post("/feed-settings", {"reset": "1"})
    assert Choice.objects.get().says == "more"


def test_a_cap_of_the_day_is_obeyed_by_slates_and_by_a_process_that_meets_the_viewer_anew(
    person, ask, report, bob, live, clips
) -> None:
    answer = person.put("/feed/choices/tag/jazz", {"says": "daily", "most": 3}, "application/json", headers=SCRIPT)
    assert answer.json()["choices"] == [{"topic": "tag", "value": "jazz", "says": "daily", "most": 3}]
    shown = [clip for _ in range(5) for clip in ask(bob).json["clips"]]
    jazz = [clip["id"] for clip in shown if clip["tags"] == ["jazz"]]
    assert (len(shown), len(jazz)) == (40, 3)
    report(bob, [watched(one) for one in jazz])
    live.company.forget(bob.pseudonym)
    assert "jazz" not in tags(ask(bob))
    page = person.get("/feed-settings").content.decode()
    assert '<option value="daily-3" selected>At most 3 clips a day</option>' in page


def test_a_cap_in_minutes_is_obeyed_once_they_are_watched_and_is_set_on_the_page(
    person, ask, report, bob, clips
) -> None:
    person.post("/feed-settings", {"topic": "tag", "value": "jazz", "says": "minutes-5"})
    assert [(row.says, row.most) for row in Choice.objects.all()] == [("minutes", 5)]
    jazz = [clip for clip in clips if clip.tags == ["jazz"]]
    assert "jazz" in [tag for _ in range(3) for tag in tags(ask(bob))]
    report(bob, [watched(clip.id, "watch", 100_000) for clip in jazz[:3]])
    assert "jazz" not in [tag for _ in range(3) for tag in tags(ask(bob))]
    assert "At most 5 minutes a day" in person.get("/feed-settings").content.decode()


def test_choices_are_taken_along_and_erased(bob, visitor, world, live) -> None:
    actions.choose(viewer=bob, topic="creator", value="alice", says="most", most=2)
    actions.choose(viewer=visitor, topic="tag", value="jazz", says="more")
    actions.cap_minutes(viewer=bob, minutes=45)
    rows = taken_along(bob)
    assert [table for table, _ in rows] == ["feed_preference", "feed_choice"]
    erased(bob)
    assert [row.pseudonym for row in Choice.objects.all()] == [visitor.pseudonym]
    for table, row in [*rows, *rows]:
        brought_back(bob, table, row)
    assert taken_along(bob) == rows
    for table, row in (("feed_choice", {"id": str(uuid.uuid4())}), ("feed_preference", {})):
        with pytest.raises(BadRow):
            brought_back(bob, table, row)


def test_the_database_itself_refuses_a_cap_without_a_number(bob, transactional_db) -> None:
    for says, most in (("most", None), ("most", 0), ("more", 3), ("loud", None), ("daily", None), ("minutes", 1441)):
        with pytest.raises(IntegrityError):
            Choice.objects.create(home="US", pseudonym=bob.pseudonym, topic="tag", value="x", says=says, most=most)
    assert not Choice.objects.exists()


def test_a_creator_who_left_is_not_listed_and_the_rest_is(bob, world, live) -> None:
    actions.choose(viewer=bob, topic="creator", value="carol", says="never")
    actions.choose(viewer=bob, topic="tag", value="jazz", says="less")
    with connection.cursor() as cursor:
        cursor.execute("update accounts_person set is_active = false where handle = 'carol'")
    assert [one.name for one in queries.chosen(bob)] == ["#jazz"]
    with pytest.raises(NoSuchCreator):
        actions.choose(viewer=bob, topic="creator", value="carol", says="more")


def test_in_order_of_time_what_was_said_rests_and_the_page_says_so(person, ask, bob, clips) -> None:
    person.post("/feed-settings", {"topic": "tag", "value": clips[0].tags[0], "says": "never"})
    person.post("/feed-settings", {"mode": "newest"})
    assert ask(bob).json["clips"][0]["id"] == str(clips[0].id)
    assert "In order of time it rests." in person.get("/feed-settings").content.decode()


def test_a_visitor_says_things_too(client, ask, visitor, clips) -> None:
    client.cookies[COOKIE] = encode(visitor)
    client.post("/feed-settings", {"topic": "tag", "value": "cats", "says": "never"})
    assert "cats" not in [tag for _ in range(4) for tag in tags(ask(visitor))]


def test_nonsense_is_no_choice(bob, live) -> None:
    for value in ("", "#", "a b", "x" * 200):
        with pytest.raises(BadChoice):
            actions.choose(viewer=bob, topic="tag", value=value, says="more")
    assert not Choice.objects.exists()
