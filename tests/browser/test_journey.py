"""The main journey, by a newcomer, on a phone and on a desktop."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitor
from tests.browser.journey import (
    CURRENT,
    assert_picture,
    assert_plays_on_its_page,
    film,
    new_handle,
    patched_offsets,
    post,
    posted,
    sign_in,
    sign_up,
    wait_until_playing,
    with_passkeys,
)  # fmt: skip
from tests.browser.network import network

SWIPES = 20


def go_on(page: Page) -> dict[str, object]:
    """Go to the next clip by key and wait until it plays."""
    before = film(page)["clip"]
    page.keyboard.press("ArrowDown")
    return wait_until_playing(page, other_than=before)


def test_a_newcomer_joins_posts_watches_and_leaves(
    visitor: Visitor, size: dict[str, object], talking: Path, generated: Path
) -> None:
    page = visitor.page(**size)
    with_passkeys(page)
    handle = new_handle()
    sign_up(page, handle)
    real, made = (
        post(page, talking, caption="My first #talk"),
        post(page, generated, caption="Drawn by a program #made"),
    )
    assert_plays_on_its_page(page, real, ratio=1080 / 1920)
    assert_plays_on_its_page(page, made, ratio=1080 / 1920)

    page.goto("/")
    seen = [wait_until_playing(page)["clip"]]
    assert_picture(page)
    seen += [go_on(page)["clip"] for _ in range(SWIPES)]
    # The square is small, and a slate counts as shown once it is handed out: what was seen first comes again.
    assert len(set(seen)) >= 10, "the feed goes round in a few clips"
    assert {real, made}.isdisjoint(seen), "nobody is shown their own clips"

    page.goto("/")
    wait_until_playing(page)
    like = page.locator(f"{CURRENT} [data-action=like]")
    likes = int(page.locator(f"{CURRENT} [data-part=likes]").inner_text() or 0)
    like.click()
    expect(like).to_have_attribute("aria-pressed", "true")
    expect(page.locator(f"{CURRENT} [data-part=likes]")).to_have_text(str(likes + 1))
    follow = page.locator(f"{CURRENT} [data-action=follow]")
    follow.click()
    expect(follow).to_have_attribute("aria-pressed", "true")
    page.locator(f"{CURRENT} [data-action=comment]").click()
    said = f"Salut de la place, {handle} !"  # the clip may be one that the other size commented on
    page.locator("#comment-text").fill(said)
    page.locator(".comments-send").click()
    expect(page.locator(".comment:not([data-sending]) .comment-text", has_text=said)).to_be_visible()
    clip = film(page)["clip"]
    page.goto(f"/c/{clip}")
    assert page.request.get(f"/c/{clip}/comments").text().count(said) == 1
    page.goto("/following")
    wait_until_playing(page)

    page.goto("/settings/")
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("a[href='/sign-in']").first).to_be_visible()
    assert page.request.get("/mine", max_redirects=0).status in {302, 401}


def test_the_feed_turns_towards_what_was_watched(visitor: Visitor) -> None:
    """A visitor who skips everything but one tag gets more of that tag than another visitor does."""
    page = visitor.page(viewport={"width": 1280, "height": 800})
    with_passkeys(page)
    sign_up(page, new_handle())
    wait_until_playing(page)
    slate = page.evaluate("() => fetch('/feed/slate?feed=for-you&n=12').then((r) => r.json())")
    liked = slate["clips"][0]
    creator = liked["creator"]["handle"]
    events = [
        {
            "slate": slate["slate"], "position": position, "clip": clip["id"], "loops": 2 if mine else 0,
            "kind": "watch" if mine else "skip", "watched_ms": clip["duration_ms"] * 3 if mine else 300,
        }
        for position, clip in enumerate(slate["clips"])
        for mine in [clip["creator"]["handle"] == creator]
    ]  # fmt: skip
    stored = page.evaluate(
        """async (events) => {
          const { uuid7 } = await import("ui/uuid7");
          const body = JSON.stringify({ events: events.map((one) => ({ ...one, id: uuid7(), at_ms: Date.now() })) });
          const answer = await fetch("/feed/watches", { method: "POST", body });
          return answer.json();
        }""",
        events,
    )
    assert stored["stored"] == len(events)
    page.goto(f"/c/{liked['id']}/why")
    expect(page.locator("main")).to_contain_text(re.compile(r"\w+"))


def test_an_upload_goes_on_after_a_lost_network_and_after_the_tab_was_closed(visitor: Visitor, talking: Path) -> None:
    size = talking.stat().st_size
    with network(to=urlsplit(visitor.origin).port or 80, per_second=max(size // 8, 50_000)) as between:
        context = visitor.context(viewport={"width": 1280, "height": 800}, base_url=f"http://localhost:{between.port}")
        page = visitor.page(context)
        sign_in(page, "bob")
        page.goto("/create")
        sent = patched_offsets(page)
        page.set_input_files("[data-part=file]", str(talking))
        between.wait_until_sent(size / 3)
        between.cut()
        expect(page.locator("[data-part=sending]")).to_contain_text("No network")
        between.mend()
        expect(page.locator("[data-part=sending]")).to_contain_text("Uploading", timeout=60_000)
        between.wait_until_sent(size / 3)
        between.cut()
        page.close()
        assert sent[0] == 0
        assert sent[-1] > size / 6, f"it began anew when the network was back: {sent}"

        between.mend()
        page = visitor.page(context)
        page.goto("/create")
        sent = patched_offsets(page)
        page.set_input_files("[data-part=file]", str(talking))
        page.fill("[name=caption]", "Carried on #resumed")
        page.get_by_role("button", name="Post", exact=True).click()
        posted(page)
        assert sent[0] > size / 3, f"it began anew instead of going on: {sent}"


@pytest.mark.parametrize("way", ["wheel", "touch", "keys"])
def test_one_swipe_is_one_clip_both_ways(visitor: Visitor, way: str) -> None:
    from benchmarks.swipe import swipe
    from tests.browser.conftest import DESKTOP, PHONE

    page = visitor.page(**(PHONE if way == "touch" else DESKTOP))
    page.goto("/")
    first = wait_until_playing(page)["clip"]
    cdp = page.context.new_cdp_session(page)

    def move(direction: int) -> None:
        if way == "touch":
            swipe(cdp, direction)
        elif way == "wheel":
            page.mouse.move(500, 400)
            page.mouse.wheel(0, 120 * direction)
        else:
            page.keyboard.press("j" if direction > 0 else "k")

    visited = [first]
    for direction in (1, 1, -1, -1):
        move(direction)
        visited.append(wait_until_playing(page, other_than=visited[-1])["clip"])
        page.wait_for_timeout(450)
        assert film(page)["clip"] == visited[-1], "it moved on by itself"
    assert visited[4] == visited[0]
    assert visited[3] == visited[1]
    assert len(set(visited)) == 3


def test_memory_stays_flat_over_many_swipes(visitor: Visitor) -> None:
    page = visitor.page(viewport={"width": 1280, "height": 800})
    page.goto("/")
    wait_until_playing(page)
    cdp = page.context.new_cdp_session(page)

    def count() -> tuple[int, int]:
        cdp.send("HeapProfiler.collectGarbage")
        found = cdp.send("Memory.getDOMCounters")
        return found["nodes"], round(page.evaluate("() => performance.memory.usedJSHeapSize") / 1e6)

    for number in range(20):
        page.keyboard.press("ArrowDown" if number % 10 < 5 else "ArrowUp")
        page.wait_for_timeout(60)
    nodes, megabytes = count()
    for number in range(200):
        page.keyboard.press("ArrowDown" if number % 16 < 8 else "ArrowUp")
        page.wait_for_timeout(40)
    later_nodes, later_megabytes = count()
    assert page.locator("parvis-feed video").count() == 3
    assert later_nodes <= nodes * 1.1 + 50, (nodes, later_nodes)
    assert later_megabytes <= megabytes + 8, (megabytes, later_megabytes)
