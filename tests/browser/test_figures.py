"""What a creator is told of viewers, and what a viewer is told of their own time."""

import time

from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE, Visitor
from tests.browser.journey import film, sign_in, wait_until_playing
from tests.browser.test_pages import findings, overflow

COUNTED_S = 90.0
# What a page reports of a clip: half of it, by somebody who came with its link.
REPORT = """async (clip) => {
  const slate = await (await fetch(`/feed/slate?feed=clip:${clip}&n=1`)).json();
  const { uuid7 } = await import("ui/uuid7");
  const event = { id: uuid7(), slate: slate.slate, position: 0, clip, kind: "watch", watched_ms: 2500, loops: 0, at_ms: Date.now() };
  return (await fetch("/feed/watches", { method: "POST", body: JSON.stringify({ events: [event] }) })).json();
}"""  # noqa: E501


def views_of(page: Page) -> int:
    return int(page.locator(".tiles dd").first.inner_text())


def test_a_creator_learns_how_a_clip_is_watched_once_ten_have_seen_it(visitor: Visitor) -> None:
    carol = visitor.page(**PHONE)
    sign_in(carol, "carol")
    carol.goto("/mine")
    carol.get_by_role("link", name="Figures", exact=True).first.click()
    expect(carol.locator(".chart-bar")).to_have_count(28)
    # The last clip of the list: what the other journeys watch counts as well.
    row = carol.locator(".figures-link").last
    clip = str(row.get_attribute("href")).split("/")[2]
    row.click()
    before = views_of(carol)

    def watched_by(people: int) -> None:
        for _ in range(people):
            viewer = visitor.page()
            viewer.goto("/about-feed")
            assert viewer.evaluate(REPORT, clip) == {"stored": 1, "ignored": 0}
            viewer.context.close()

    def wait_for(views: int) -> None:
        until = time.monotonic() + COUNTED_S
        while views_of(carol) < views and time.monotonic() < until:
            time.sleep(2)
            carol.reload()
        assert views_of(carol) >= views

    watched_by(10)
    wait_for(before + 10)
    expect(carol.locator(".chart-line")).to_have_count(1)
    expect(carol.get_by_text("Its link: shared, sent or found")).to_be_visible()
    table = carol.locator("section", has_text="Who is still watching").locator("details")
    table.locator("summary").click()
    expect(table.locator("tbody tr")).to_have_count(11)
    assert findings(carol) == []
    assert overflow(carol) is None

    bob = visitor.page(**DESKTOP)
    sign_in(bob, "bob")
    answer = bob.goto(f"/mine/{clip}/figures")
    assert answer is not None
    assert answer.status == 404


def test_a_card_reminds_of_a_break_and_one_may_go_on(visitor: Visitor, size: dict) -> None:
    page = visitor.page(**size)
    page.goto("/settings/time")
    page.select_option("#breaks", "15")
    expect(page.locator("#breaks")).to_have_value("15")
    assert findings(page) == []
    page.clock.install()
    page.goto("/")
    wait_until_playing(page)
    card = page.locator("#break-dialog")
    page.clock.run_for(14 * 60_000)
    expect(card).to_be_hidden()
    page.clock.run_for(70_000)
    expect(card).to_be_visible()
    expect(card).to_contain_text("You have watched for 15 minutes in one go.")
    assert film(page)["paused"] is True
    assert findings(page) == []
    card.get_by_role("button", name="Keep watching").click()
    expect(card).to_be_hidden()
    page.wait_for_function("() => !document.querySelector('parvis-feed [data-current] video').paused")

    page.clock.run_for(16 * 60_000)
    expect(card).to_be_visible()
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    assert film(page)["paused"] is True, "who takes a break is not taken on"
    page.clock.run_for(60_000)
    page.goto("/settings/time")
    expect(page.get_by_role("heading", name="Your time")).to_be_visible()
