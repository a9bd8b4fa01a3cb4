"""A talk below a clip: an answer, a like, a pinned and a hidden comment, somebody named; and a clip kept for later."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE, Visitor
from tests.browser.journey import sign_in
from tests.browser.test_pages import findings

FIRST = "() => fetch('/feed/slate?feed=by:alice&n=1').then((r) => r.json()).then((slate) => slate.clips[0].id)"


def said(page: Page, text: str) -> None:
    page.locator("#comment-text").fill(text)
    page.locator("#comment-text").press("Enter")
    expect(page.locator("#comment-text")).to_have_value("")


def test_answer_like_pin_hide_name_and_save(visitor: Visitor) -> None:
    bob = visitor.page(**PHONE)
    sign_in(bob, "bob")
    clip = bob.evaluate(FIRST)
    bob.goto(f"/c/{clip}")
    said(bob, "Where is this, @carol?")
    said(bob, "Buy my stones")
    bob.locator("button[data-save]").click()
    expect(bob.locator("button[data-save]")).to_have_attribute("aria-pressed", "true")
    bob.goto("/saved")
    expect(bob.locator(f"#saved a[href='/c/{clip}']")).to_be_visible()

    alice = visitor.page(**DESKTOP)
    sign_in(alice, "alice")
    alice.goto(f"/c/{clip}")
    asked = alice.locator(".comment", has_text="Where is this").first
    sold = alice.locator(".comment", has_text="Buy my stones").first
    expect(asked.locator(".comment-text a", has_text="@carol")).to_have_attribute("href", "/@carol")
    for act in ("like", "pin"):  # by keyboard alone
        asked.locator(f"[data-act={act}]").first.press("Enter")
        expect(asked.locator(f"[data-act={act}]").first).to_have_attribute("aria-pressed", "true")
    expect(asked.locator("[data-act=pin]").first).to_be_focused()  # though the comment has moved
    asked.locator("[data-act=reply]").first.press("Enter")
    alice.keyboard.type("In Lyon, by night")
    alice.keyboard.press("Enter")
    expect(asked.locator(".comment-replies .comment")).to_contain_text("In Lyon, by night")
    sold.locator("[data-act=hidden]").press("Enter")
    expect(sold.locator("[data-act=hidden]")).to_have_attribute("aria-pressed", "true")
    expect(sold).to_have_attribute("data-hidden", "")  # faded only once the server has answered
    assert findings(alice) == []

    bob.goto(f"/c/{clip}")
    first = bob.locator(".comment").first
    expect(first).to_contain_text("Where is this")
    expect(first.locator(".comment-pinned")).to_be_visible()
    first.locator("[data-act=replies]").click()
    expect(first.locator(".comment-replies .comment")).to_contain_text("In Lyon, by night")
    assert findings(bob) == []

    carol = visitor.page(**PHONE)
    sign_in(carol, "carol")
    carol.goto(f"/c/{clip}")
    expect(carol.locator(".comment", has_text="Where is this").first).to_be_visible()
    expect(carol.locator(".comment", has_text="Buy my stones")).to_have_count(0)
    carol.goto("/inbox")
    expect(carol.locator("main")).to_contain_text("named you in a comment")
