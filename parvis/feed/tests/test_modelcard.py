"""The model card says what runs and what is read: compared with both."""

import re
from dataclasses import asdict

from django.db import connection
from django.test.utils import CaptureQueriesContext

from parvis.cells.datamap import declared
from parvis.feed import actions, modelcard, news, openness
from parvis.feed.models import Recipe
from parvis.feed.tests.conftest import watched
from parvis.feed.tests.test_watches import other_process

TABLE = re.compile(r'\b(?:from|join)\s+"?([a-z]+_[a-z_]+)"?', re.IGNORECASE)
WITHIN = {"clips_open": {"clips_clip", "accounts_person"}, "feed_mode_of": {"feed_preference"}}


def test_it_says_what_runs_with_the_recipes_under_which_slates_are_kept(client, ask, bob, clips, live) -> None:
    ask(bob)
    card = client.get("/about-feed/card.json").json()
    assert {one["feed"]: one["recipe"] for one in card["feeds"]} == {
        name: recipe.id for name, recipe in live.recipes.items()
    }
    assert all(one["since"] for one in card["feeds"])
    assert card["learner"]["numbers"] == asdict(live.learner.weights)
    first = card["feeds"][0]
    pipeline = live.feeds.by_name["for-you"]
    assert [one["name"] for one in first["parts"]] == list(pipeline.part_names)
    assert [one["name"] for one in first["stages"] if one["kind"] in {"source", "rescue"}] == list(
        pipeline.source_names
    )
    numbers = {name: value for one in first["stages"] for name, value in one["numbers"].items()}
    assert numbers["creator"] == pipeline.selector.inner.creator
    assert numbers["language"] == 0.5


def test_every_part_and_stage_of_for_you_has_words(live) -> None:
    first = modelcard.card(live.feeds)["feeds"][0]
    silent = [one["name"] for one in first["parts"] if not one["for"] and not one["against"]]
    silent += [one["name"] for one in first["stages"] if one["kind"] != "scorer" and not one["words"]]
    assert silent == []


def test_an_older_recipe_is_listed_as_one_that_was(client, live, clips) -> None:
    Recipe.objects.create(id=7, feed="for-you", body={})
    recipes = {one["id"]: one["in_use"] for one in client.get("/about-feed/card.json").json()["recipes"]}
    assert recipes.pop(7) is False
    assert recipes == {recipe.id: True for recipe in live.recipes.values()}


def test_it_names_every_table_that_is_read_with_the_classes_of_the_data_map(
    ask, report, bob, world, clips, live
) -> None:
    with CaptureQueriesContext(connection) as queries:
        other = other_process()  # which reads everything anew
        other.stop()
        for feed in ("for-you", "following", "tag:jazz", "by:alice"):
            live.cards.drop([clip.id for clip in clips])
            ask(bob, f"feed={feed}")
        actions.cap_minutes(viewer=bob, minutes=30)
        live.company.forget(bob.pseudonym)
        ask(bob)
    said = [query["sql"] for query in queries] + [news.WATCHES, news.SLATES, news.PREFERENCES, news.EVENTS]
    found = {name.lower() for sql in said for name in TABLE.findall(sql)}
    for name, tables in WITHIN.items():
        if name in found:
            found = (found - {name}) | tables
    read = {name for name in found if name in declared()} - {"accounts_bucket"}  # the rate limits
    assert read | {"feed_recipe"} == set(modelcard.READS)
    for one in modelcard.card(live.feeds)["reads"]:
        columns = {column for names in one["columns"].values() for column in names}
        assert columns == declared()[one["table"]].columns


def test_nothing_in_it_is_about_a_person(client, ask, report, bob, clips, live) -> None:
    report(bob, [watched(clips[0].id)])
    ask(bob)
    text = client.get("/about-feed/card.json").content.decode()
    for secret in (str(bob.pseudonym), str(bob.person_id), "@bob", str(clips[0].id)):
        assert secret not in text


def test_the_page_shows_it_and_the_page_about_the_feed_leads_there(client, live, clips) -> None:
    assert b'href="/about-feed/card"' in client.get("/about-feed").content
    page = client.get("/about-feed/card", headers={"Accept-Language": "en"}).content.decode()
    for words in ("feed_watch", "You like this creator&#x27;s clips.", "quality_days", openness.ASKS):
        assert words in page
