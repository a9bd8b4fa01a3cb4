"""The pages: the front client, why, the settings; traces; what is kept of a viewer."""

import uuid

import pytest

from parvis.accounts.viewer import COOKIE, encode
from parvis.cells.errors import BadRow
from parvis.feed import traces
from parvis.feed.models import Preference, Slate, Watch
from parvis.feed.reconcilers import SHOWN_DAYS, WATCHED_DAYS, forget_old
from parvis.feed.tests.conftest import brought_back, erased, taken_along, watched
from parvis.kit.clock import ms


def test_the_front_page_has_the_first_clips_in_it(client, live, clips) -> None:
    answer = client.get("/", headers={"Accept-Language": "en-US"})
    assert answer.status_code == 200
    first = answer.context["first_slate"]
    assert len(first["clips"]) == 8
    assert str(Slate.objects.get().id) == first["slate"]
    assert b'id="first-slate"' in answer.content


@pytest.mark.parametrize("address", ["/following", "/tag/jazz", "/about-feed", "/feed-settings"])
def test_every_page_opens(address, client, live) -> None:
    assert client.get(address).status_code == 200


def test_why_tells_in_words_what_the_trace_says(client, ask, report, bob, clips, visitor) -> None:
    client.cookies[COOKIE] = encode(visitor)
    for _ in range(2):
        shown = ask(visitor).json["clips"]
        report(visitor, [watched(clip["id"]) for clip in shown if clip["tags"] == ["jazz"]])
    clip = next(clip for clip in ask(visitor, "n=20").json["clips"] if clip["tags"] == ["jazz"])
    answer = client.get(f"/c/{clip['id']}/why", headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    assert "You like clips with these tags." in answer.context["reasons"]
    assert sum(part["share"] for part in answer.context["parts"]) in range(95, 106)
    steps = {step["words"]: (step["came"], step["left"]) for step in answer.context["trace"]}
    assert steps["Chosen within your limits, spread over creators, sounds and subjects"][1] == 20


def test_why_of_a_clip_that_one_was_not_shown_says_so_and_nothing_of_others(client, ask, bob, clips, visitor) -> None:
    shown = ask(bob).json["clips"][0]["id"]
    client.cookies[COOKIE] = encode(visitor)
    answer = client.get(f"/c/{shown}/why", headers={"Sec-Fetch-Mode": "cors"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "no-trace")


def test_the_order_of_time_is_chosen_and_left_again(client, live, clips) -> None:
    client.get("/feed-settings")
    assert client.post("/feed-settings", {"mode": "newest"}).status_code == 303
    assert Preference.objects.get().mode == "newest"
    first = client.get("/").context["first_slate"]["clips"]
    assert [clip["id"] for clip in first] == [str(clip.id) for clip in clips[:8]]
    client.post("/feed-settings", {"mode": "personal"})
    assert Preference.objects.get().mode == "personal"
    answer = client.post("/feed-settings", {"mode": "loud"}, headers={"Sec-Fetch-Mode": "cors"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad-feed")
    assert Preference.objects.get().mode == "personal"


def test_a_reset_forgets_what_was_learned_here_and_in_every_other_process(client, report, visitor, clips, live) -> None:
    from parvis.feed.tests.test_watches import other_process

    client.cookies[COOKIE] = encode(visitor)
    report(visitor, [watched(clip.id) for clip in clips[:10]])
    other = other_process()
    try:
        assert other.company.get(visitor, 0.0).state.taste.events == 10
        client.post("/feed-settings", {"reset": "1"})
        other.look()
        assert other.company.get(visitor, 0.0).state.taste.events == 0
        assert live.company.get(visitor, 0.0).state.taste.events == 0
        assert Watch.objects.count() == 10
    finally:
        other.stop()


def test_a_person_takes_everything_along_and_leaves_nothing_behind(
    ask, report, bob, visitor, client, clips, live
) -> None:
    for one in (bob, visitor):
        shown = ask(one).json["clips"]
        report(one, [watched(shown[0]["id"])])
    rows = taken_along(bob)
    assert [table for table, _ in rows] == ["feed_slate", "feed_watch"]
    erased(bob)
    assert not Slate.objects.filter(pseudonym=bob.pseudonym).exists()
    assert not Watch.objects.filter(pseudonym=bob.pseudonym).exists()
    assert Slate.objects.count() == Watch.objects.count() == 1
    for table, row in [*rows, *rows]:
        brought_back(bob, table, row)
    assert taken_along(bob) == rows
    with pytest.raises(BadRow):
        brought_back(bob, "feed_slate", {"id": str(uuid.uuid4())})


def test_what_was_shown_and_watched_long_ago_is_deleted_and_nothing_else(ask, report, bob, clips) -> None:
    for _ in range(2):
        report(bob, [watched(ask(bob).json["clips"][0]["id"])])
    old_slate, old_watch = Slate.objects.first(), Watch.objects.first()
    for model, row, days in ((Slate, old_slate, SHOWN_DAYS), (Watch, old_watch, WATCHED_DAYS)):
        old = uuid.UUID(int=(ms() - (days + 1) * 86_400_000) << 80 | row.id.int & (2**80 - 1))
        model.objects.filter(id=row.id).update(id=old)
    assert forget_old()
    assert (Slate.objects.count(), Watch.objects.count()) == (1, 1)
    assert not forget_old()


def test_a_trace_read_back_says_what_the_pipeline_said(live, bob) -> None:
    import time

    from parvis.feed.params import asked
    from parvis.feed.serving import _wish

    known = live.company.get(bob, time.time())
    made = live.feeds.by_name["for-you"].run(_wish(live, known, bob, asked("n=8")))
    recipe = live.recipes["for-you"]
    packed = traces.Sheet.of(made.trace, recipe).pack(range(len(made.clips)))
    import json

    body = json.loads(recipe.body)
    for place in range(8):
        back = traces.read(packed, body, place)
        assert back.sources == [
            name for bit, name in enumerate(recipe.sources) if int(made.trace.sources[place]) >> bit & 1
        ]
        assert back.moved == made.trace.moved[place]
        assert [*back.parts] == list(recipe.parts)
        assert max(abs(value - made.trace.parts[row, place]) for row, value in enumerate(back.parts.values())) < 2e-3
        assert back.stages == [tuple(stage) for stage in made.trace.stages]
    for wrong in (packed[:-1], b"", b"\x02" + packed[1:]):
        with pytest.raises(ValueError, match="trace"):
            traces.read(wrong, body, 0)
