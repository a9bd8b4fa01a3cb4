"""A profile as a feed, and a refusal that is taken back."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import Visitor
from tests.browser.journey import CURRENT, film, wait_until_playing


def test_a_tile_opens_the_player_at_its_clip_and_back_leads_to_the_profile(visitor: Visitor, size: dict) -> None:
    page = visitor.page(**size)
    page.goto("/@alice")
    tiles = page.locator("a[data-player]")
    clips = [str(tile.get_attribute("href")).rsplit("from=", 1)[1] for tile in tiles.all()]
    assert len(clips) >= 3
    tiles.nth(1).click()
    assert wait_until_playing(page)["clip"] == clips[1]
    page.keyboard.press("ArrowDown")
    assert wait_until_playing(page, other_than=clips[1])["clip"] == clips[2]
    assert page.locator(f"{CURRENT} a[href='/@alice']").count() > 0
    page.go_back()
    expect(page).to_have_url(re.compile(r"/@alice$"))


def test_what_was_refused_by_mistake_is_taken_back(visitor: Visitor) -> None:
    page = visitor.page(viewport={"width": 1280, "height": 800})
    page.goto("/")
    refused = wait_until_playing(page)["clip"]
    page.locator(f"{CURRENT} [data-action=more]").click()
    page.locator("[data-action=not-interested]:visible").click()
    assert wait_until_playing(page, other_than=refused)["clip"] != refused
    page.get_by_role("button", name="Undo").click()
    page.wait_for_function(
        "(clip) => document.querySelector('parvis-feed [data-current]').dataset.clip === clip", arg=refused
    )
    assert film(page)["clip"] == refused
