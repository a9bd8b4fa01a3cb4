"""The creator reads the figures of the own clips; nobody else does, and of few people nobody is told."""

import re
import uuid
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from parvis.clips.errors import NoSuchClip
from parvis.clips.models import Clip
from parvis.insights.models import FLOOR, Group
from parvis.insights.queries import for_viewer
from parvis.insights.tests.conftest import count, crowd, day, make_clip, viewer_of, watch


def figures(clip: Clip, **more):
    return for_viewer(viewer_of(clip.creator)).of_clip(clip.id, **more)


@pytest.fixture
def told(film):
    """Twenty views by twenty people: twelve in For You at home, eight from Japan by the link."""
    for number, viewer in enumerate(crowd(12)):
        watch(film, viewer, 1_000 * number, loops=0, feed="for-you", at=day(number % 3))
    for viewer in crowd(8):
        watch(film, viewer, 20_000, loops=1, feed="clip", home="JP", at=day(0))
    count()
    return film


def test_a_creator_sees_how_far_viewers_came_and_where_they_found_it(told):
    found = figures(told)
    assert found.views == 19, "where nothing was played there was no view"
    assert [one.views for one in found.days[-3:]] == [4, 4, 11]
    assert sum(one.views for one in figures(told, span=7).days) == 19
    curve = found.told.curve
    assert (len(curve), curve[0], curve[-1]) == (11, 1.0, 10 / 19)
    assert curve == sorted(curve, reverse=True)
    assert curve[5] == 15 / 19
    assert found.told.again == 8 / 19
    assert (found.told.loops, found.told.watched_ms) == (8, 66_000 + 160_000)
    assert found.told.average == pytest.approx((65_000 + 80_000) / 190_000)


def test_a_group_of_fewer_than_ten_viewers_is_not_told_alone(told):
    found = figures(told).told
    assert [(part.value, round(part.share, 3)) for part in found.markets] == [("FR", 0.579), ("", 0.421)]
    assert [part.value for part in found.sources] == ["for-you"]
    watch(told, crowd(1)[0], feed="clip", home="JP")
    watch(told, crowd(1)[0], feed="clip", home="JP")
    count()
    found = figures(told).told
    assert [part.value for part in found.markets] == ["FR", "JP"]
    assert [part.value for part in found.sources] == ["for-you", "link"]
    Group.objects.filter(kind="market", value="JP").update(views=FLOOR - 1)
    assert [part.value for part in figures(told).told.markets] == ["FR", ""], "and no longer when they have gone"


def test_of_nine_viewers_their_views_are_told_and_nothing_else(film, client_of):
    for viewer in crowd(9):
        watch(film, viewer, feed="for-you")
    count()
    assert (figures(film).views, figures(film).told) == (9, None)
    line = for_viewer(viewer_of(film.creator)).overview().lines[0]
    assert (line.views, line.watched_ms) == (9, None)
    page = client_of(film.creator).get(f"/mine/{film.id}/figures").content.decode()
    assert "chart-line" not in page
    assert "figures-parts" not in page


def test_nobody_else_reads_them_and_a_strangers_clip_is_as_none(told, world, client_of):
    for who in ("bob", "erin", "olga"):
        with pytest.raises(NoSuchClip):
            for_viewer(viewer_of(world[who])).of_clip(told.id)
        client = client_of(world[who])
        for address in (f"/mine/{told.id}/figures", f"/api/v1/me/clips/{told.id}/figures"):
            there, none = client.get(address), client.get(address.replace(str(told.id), str(uuid.uuid4())))
            assert (there.status_code, none.status_code) == (404, 404)
            hidden = re.compile(r"[0-9a-f-]{36}|nonce=\S+|csrf\S+ content=\S+")
            assert hidden.sub("", there.content.decode()) == hidden.sub("", none.content.decode())
        assert str(told.id) not in client.get("/mine/figures").content.decode()
    assert client_of(None).get(f"/mine/{told.id}/figures").status_code == 302


def test_the_pages_draw_and_say_the_same_in_tables(told, client_of):
    client = client_of(told.creator)
    page = client.get(f"/mine/{told.id}/figures?days=7", headers={"Accept-Language": "en"}).content.decode()
    assert len(re.findall(r'<rect class="chart-bar"', page)) == 7
    curve = re.search(r'<path class="chart-line" d="M([^"]+)"', page)
    assert curve
    assert len(curve[1].split("L")) == 11
    assert "," not in curve[1]
    assert 'style="' not in page
    for said in ("Still watching", "France", "53", "For You"):
        assert said in page
    french = client.get(f"/mine/{told.id}/figures", headers={"Accept-Language": "fr"}).content.decode()
    assert 'height="36.36"' in page
    assert "chart-bar" in french
    assert not re.search(r'(?:x|y|width|height)="\d+,\d', french), "a drawing knows no decimal comma"


def test_the_api_tells_what_the_page_tells(told, client_of):
    client = client_of(told.creator)
    one = client.get(f"/api/v1/me/clips/{told.id}/figures?days=3").json()
    assert (one["views"], len(one["days"]), len(one["told"]["curve"])) == (19, 3, 11)
    assert one["told"]["sources"] == [{"value": "for-you", "share": pytest.approx(11 / 19)}]
    all_ = client.get("/api/v1/me/figures").json()
    assert [(item["clip"], item["views"]) for item in all_["items"]] == [(str(told.id), 19)]
    assert sum(row["views"] for row in all_["days"]) == 19
    assert client.get("/api/v1/me/figures?days=1000").status_code == 422


def test_a_clip_with_many_days_and_markets_asks_no_more_questions(told, client_of):
    from parvis.cells.markets import MARKETS
    from parvis.insights.models import Day

    client = client_of(told.creator)
    client.get("/mine/figures")
    with CaptureQueriesContext(connection) as few:
        client.get(f"/mine/{told.id}/figures")
        client.get("/mine/figures")
    rows = {"home": "FR", "creator": told.creator}
    Day.objects.bulk_create(
        Day(clip=told, day=datetime.fromordinal(730_000 + n).replace(tzinfo=UTC).date(), views=1, **rows)
        for n in range(400)
    )
    Group.objects.bulk_create(
        [Group(clip=told, kind="market", value=code, views=20, is_open=True, **rows) for code in MARKETS],
        ignore_conflicts=True,
    )
    for number in range(25):
        make_clip(told.creator, title=f"Clip {number}")
    with CaptureQueriesContext(connection) as many:
        client.get(f"/mine/{told.id}/figures")
        client.get("/mine/figures")
    assert len(many) == len(few)
