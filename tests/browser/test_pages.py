"""Every page: no serious finding of axe, and whole in a long right-to-left pseudo-language."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import DESKTOP, PHONE, Visitor
from tests.browser.journey import sign_in

OPEN = ["/", "/sign-up", "/sign-in", "/reset", "/bring", "/about-feed", "/about-feed/card", "/@alice", "/-/patterns"]
OWN = [
    "/", "/following", "/create", "/mine", "/@carol", "/settings/", "/settings/profile", "/settings/privacy",
    "/settings/market", "/settings/email", "/settings/security", "/settings/sessions", "/feed-settings",
    "/settings/sensitive", "/settings/words", "/settings/trust", "/reports", "/decisions/", "/mine/figures",
    "/settings/time", "/settings/data", "/settings/data/bring", "/settings/apps", "/settings/apps/yours",
    "/settings/apps/yours/new",
]  # fmt: skip
SERIOUS = {"serious", "critical"}


def findings(page: Any) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [
        f"{page.url} {one['id']}: {one['help']} {[node['target'] for node in one['nodes']][:3]}"
        for one in found
        if one["impact"] in SERIOUS
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(visitor: Visitor, scheme: str) -> None:
    context = visitor.context(color_scheme=scheme, reduced_motion="reduce", **PHONE)
    page = visitor.page(context)
    wrong: list[str] = []
    for path in OPEN:
        page.goto(path)
        page.wait_for_timeout(300)
        wrong += findings(page)
    sign_in(page, "alice")
    for path in OWN:
        page.goto(path)
        page.wait_for_timeout(200)
        wrong += findings(page)
    clip = page.evaluate("() => fetch('/feed/slate?feed=for-you&n=1').then((r) => r.json())")["clips"][0]["id"]
    for path in (f"/c/{clip}", f"/c/{clip}/why", f"/report/clip/{clip}", f"/report/clip/{clip}?about=bullying"):
        page.goto(path)
        wrong += findings(page)
    assert wrong == []


def overflow(page: Any) -> str | None:
    """Say which element sticks out of the page's width, if any does."""
    found: str | None = page.evaluate(
        """() => {
          if (document.documentElement.scrollWidth <= innerWidth + 1) return null;
          const out = [...document.querySelectorAll("body *")].find((one) => {
            const box = one.getBoundingClientRect();
            return box.width && (box.right > innerWidth + 1 || box.left < -1);
          });
          return `${location.pathname}: ${out?.tagName}.${out?.className} ${document.documentElement.scrollWidth}`;
        }"""
    )
    return found


@pytest.mark.parametrize("width", [360, 1280])
def test_pages_hold_long_words_from_right_to_left(visitor: Visitor, width: int) -> None:
    context = visitor.context(viewport={"width": width, "height": 780})
    context.add_cookies([{"name": "parvis_language", "value": "ar-xb", "url": visitor.origin}])
    page = visitor.page(context)
    wrong: list[str | None] = []
    for path in OPEN:
        page.goto(path)
        assert page.locator("html").get_attribute("dir") == "rtl", path
        wrong.append(overflow(page))
    assert page.locator("html").get_attribute("lang") == "ar-xb"
    assert [one for one in wrong if one] == []


def test_french_pages_speak_french(visitor: Visitor) -> None:
    page = visitor.page(**{**DESKTOP, "locale": "fr-FR"})
    page.goto("/sign-in")
    assert page.locator("html").get_attribute("lang") == "fr"
    assert page.get_by_role("link", name="Pour vous").count() == 1
