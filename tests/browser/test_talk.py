"""Comments while the list of them is on its way: what was sent stays, once."""

import re

from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import DESKTOP, Visitor
from tests.browser.journey import CURRENT, sign_in

OWN = ".comment:not([data-sending]) .comment-text"
LIST = re.compile(r"/c/[0-9a-f-]+/comments$")


class Held:
    """Holds back the next answers to a kind of request until they are let go; what is answered is as of the asking."""

    def __init__(self, page: Page, method: str) -> None:
        self._method, self._routes = method, list[Route]()
        page.route(LIST, self._take)

    def _take(self, route: Route) -> None:
        if route.request.method == self._method:
            self._routes.append(route)
        else:
            route.continue_()

    def let_go(self) -> None:
        for route in self._routes:
            route.continue_()
        self._routes.clear()


def opened(visitor: Visitor) -> Page:
    page = visitor.page(**DESKTOP)
    sign_in(page, "carol")
    page.goto("/")
    expect(page.locator(f"{CURRENT} [data-action=comment]")).to_be_visible()
    return page


def test_a_comment_sent_before_the_list_has_come_is_there_once(visitor: Visitor) -> None:
    page = opened(visitor)
    held = Held(page, "GET")
    page.locator(f"{CURRENT} [data-action=comment]").click()
    said = "Before the list has come"
    page.locator("#comment-text").fill(said)
    page.locator(".comments-send").click()
    expect(page.locator("#comment-text")).to_have_value("")
    held.let_go()
    page.unroute(LIST)
    expect(page.locator(OWN, has_text=said)).to_have_count(1)


def test_a_comment_on_its_way_outlives_a_list_that_loads_anew(visitor: Visitor) -> None:
    page = opened(visitor)
    page.locator(f"{CURRENT} [data-action=comment]").click()
    expect(page.locator(".comments-list")).to_be_visible()
    held = Held(page, "POST")
    said = "On its way"
    page.locator("#comment-text").fill(said)
    page.locator(".comments-send").click()
    expect(page.locator(".comment[data-sending]", has_text=said)).to_have_count(1)
    page.evaluate("""() => {
      const names = performance.getEntriesByType("resource").map((one) => one.name);
      const id = names.map((name) => name.match(/\\/c\\/([0-9a-f-]{36})\\/comments/)?.[1]).filter(Boolean).at(-1);
      document.dispatchEvent(new CustomEvent("parvis:clip", { detail: { clip: { id, allow: { comments: true } } } }));
    }""")
    expect(page.locator(".comment[data-sending]", has_text=said)).to_have_count(1)
    held.let_go()
    page.unroute(LIST)
    expect(page.locator(OWN, has_text=said)).to_have_count(1)
