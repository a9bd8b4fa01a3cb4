"""What is found, by whom, and what is not."""

import uuid
from datetime import timedelta

import pytest

from parvis.accounts.models import Person
from parvis.clips.models import Clip
from parvis.events.models import Event
from parvis.kit.clock import now
from parvis.search import reconcilers
from parvis.search.actions import keep_clips
from parvis.search.models import Text, Word
from parvis.search.plans import plan
from parvis.search.queries import for_viewer
from parvis.search.subscribers import SUBSCRIBERS
from parvis.search.tests.planted import TITLES, mistaken
from parvis.social.models import ClipCounts
from parvis.social.tests.conftest import make_clip, viewer_of


def titles(viewer, query: str) -> list[str]:
    return [card.title for card in for_viewer(viewer).clips(query).cards]


def test_a_hundred_mistakes_in_ten_scripts_find_what_was_meant(say, nobody) -> None:
    for each in TITLES.values():
        for title in each:
            say(title)
    missed = [(script, query) for script, title, query in mistaken() if title not in titles(nobody, query)[:3]]
    assert len(missed) <= 3, missed


def test_words_are_found_whatever_their_case_and_order_and_by_their_beginning(say, nobody) -> None:
    say("The Old Lighthouse")
    say("A garden")
    for query in ("lighthouse old", "LIGHT", "old lighth", "  lighthouse  ", "light-house lighthouse"[12:]):
        assert titles(nobody, query) == ["The Old Lighthouse"], query
    assert titles(nobody, "lighthouse garden") != []  # nothing holds both: each that holds one
    assert titles(nobody, "violin") == []


def test_a_respelt_word_is_told_and_a_right_one_is_not(say, nobody) -> None:
    say("Lighthouse")
    assert for_viewer(nobody).clips("lighthuose").respelt == {"lighthuose": "lighthouse"}
    assert for_viewer(nobody).clips("lighthouse").respelt == {}


def test_a_title_stands_above_a_caption_and_of_equals_the_liked_one_first(say, nobody) -> None:
    say("Other things", caption="with a fox in it")
    for number in range(3):
        clip = say(f"Fox {number}")
        ClipCounts.objects.create(clip=clip, likes=10**number)
        keep_clips([clip.id])
    assert titles(nobody, "fox") == ["Fox 2", "Fox 1", "Fox 0", "Other things"]


def test_only_what_a_viewer_may_see_is_found(world, say, nobody) -> None:
    say("Secret fox", audience="followers")
    hidden = say("Hidden fox")
    Clip.objects.filter(id=hidden.id).update(publication="hidden", title="", hidden_by="creator")
    assert titles(viewer_of(world["bob"]), "fox") == []  # although it still stands in what is looked up
    assert titles(nobody, "fox") == []
    keep_clips([hidden.id])
    assert not Text.objects.filter(kind="clip").exists()
    assert not Word.objects.filter(kind="clip", uses__gt=0).exists()


def test_people_are_found_by_handle_and_name(world, known, nobody) -> None:
    for query, handle in (("@alice", "alice"), ("ali", "alice"), ("alcie", "alice"), ("BOB", "bob")):
        assert for_viewer(nobody).people(query)[0].handle == handle, query
    Person.objects.filter(handle="bob").update(is_active=False)
    assert [one.handle for one in for_viewer(nobody).people("bob")] == []


def test_tags_are_found_by_beginning_and_with_a_mistake(say, nobody) -> None:
    for number in range(3):
        say(f"One {number}", tags=["sunset"])
    say("Two", tags=["sunday", "été"])
    assert for_viewer(nobody).tags("#sun") == [("sunset", 3), ("sunday", 1)]
    assert for_viewer(nobody).tags("snuset") == [("sunset", 3)]
    assert for_viewer(nobody).tags("Ete") == [("ete", 1)]


def test_events_bring_what_is_looked_up_up_to_date_and_twice_is_once(world, nobody) -> None:
    clip = make_clip(world["alice"], title="Meadow")
    (clips, people) = SUBSCRIBERS
    for kind in ("clip.published", "clip.published"):
        clips.handle(Event(kind=kind, object=clip.id, data={}))
    assert titles(nobody, "meadow") == ["Meadow"]
    assert Word.objects.get(kind="clip", word="meadow").uses == 1
    Clip.objects.filter(id=clip.id).update(title="Forest")
    clips.handle(Event(kind="clip.changed", object=clip.id, data={}))
    assert (titles(nobody, "meadow"), titles(nobody, "forest")) == ([], ["Forest"])
    Person.objects.filter(id=world["alice"].id).update(is_private=True)
    people.handle(Event(kind="person.changed", object=world["alice"].id, data={"changed": ["is_private"]}))
    assert not Text.objects.filter(kind="clip").exists()
    clips.handle(Event(kind="clip.deleted", object=uuid.uuid4(), data={}))


def test_a_round_finds_what_was_missed_and_drops_what_is_gone(world, nobody) -> None:
    made = [make_clip(world["alice"], title=f"Brook {number}") for number in range(5)]
    gone = Text.objects.create(id=uuid.uuid4(), kind="clip", words="'brook':1A")
    work = reconcilers.Round()
    steps = 0
    while work.step():
        steps += 1
    assert 1 <= steps < 10
    assert set(titles(nobody, "brook")) == {clip.title for clip in made}
    assert not Text.objects.filter(id=gone.id).exists()
    assert for_viewer(nobody).people("alice")
    assert not work.step()  # until the next one is due


def test_the_best_stay_hot_and_all_are_found_still(world, say, nobody, monkeypatch) -> None:
    monkeypatch.setattr(reconcilers, "HOT", 2)
    for number in range(5):
        say(f"Pine {number}", published_at=now() - timedelta(days=number))
    work = reconcilers.Round()
    while work.step():
        pass
    assert Text.objects.filter(kind="clip", hot=True).count() == 2
    monkeypatch.setattr("parvis.search.queries._share", lambda: 0.4)
    assert len(titles(nobody, "pine")) == 5


@pytest.mark.parametrize(
    "query",
    [
        "'",
        "'' & | ! ( )",
        "a' | 'b",
        "\x00",
        "\ud800",
        "%",
        "_",
        "\\",
        "🦊" * 300,
        "x" * 10_000,
        "-1",
        "a " * 500,
        "<->",
        ":*",
    ],
)
def test_no_query_fails(say, nobody, query) -> None:
    say("a fox")
    found = for_viewer(nobody).everything(query)
    assert isinstance(found.tags, list)
    plan("clip", query)


def test_the_pages(world, say, known, client_of) -> None:
    for number in range(30):
        say(f"Heron {number}", tags=["birds"])
    page = client_of(None).get("/search", {"q": "heron"})
    assert page.status_code == 200
    assert page.content.count(b'clip-tile"') == 24
    rest = client_of(None).get("/search", {"q": "heron", "kind": "clips", "after": "24"})
    assert rest.content.count(b'clip-tile"') == 6
    assert b"/tag/birds" in client_of(None).get("/search", {"q": "#birds", "kind": "tags"}).content
    assert b"/@alice" in client_of(world["bob"]).get("/search", {"q": "alice", "kind": "people"}).content
    assert b"Nothing found" in client_of(None).get("/search", {"q": "zzzzz"}).content
    assert client_of(None).get("/search").status_code == 200
    assert b"#birds" in client_of(None).get("/search/suggestions", {"q": "bir"}).content
    assert client_of(None).get("/search/suggestions").status_code == 204
    for after in ("-1", "x", "99999999999", "٣"):
        assert client_of(None).get("/search", {"q": "heron", "after": after}).status_code == 200
    assert client_of(None).post("/search").status_code == 405
