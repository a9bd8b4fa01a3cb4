"""Report -> decision -> appeal -> reversal, in four people's browsers, the moderator by keyboard alone."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE, Visitor
from tests.browser.journey import CURRENT, new_handle, sign_in, sign_up, with_passkeys
from tests.browser.test_inbox import write
from tests.browser.test_pages import findings, overflow


def somebody(visitor: Visitor, handle: str, **options) -> Page:
    page = visitor.page(visitor.context(reduced_motion="reduce", **options))
    sign_in(page, handle)
    return page


def checked(page: Page, wrong: list[str | None]) -> None:
    wrong += findings(page)
    wrong.append(overflow(page))


def test_report_decision_appeal_and_reversal(visitor: Visitor) -> None:
    wrong: list[str | None] = []
    bob = somebody(visitor, "bob", **PHONE)
    bob.goto("/@carol")
    bob.locator(".clip-tile").first.click()
    bob.locator(f"{CURRENT} [data-action=more]").click()
    bob.locator("#clip-sheet").get_by_role("link", name="Report").click()
    bob.wait_for_url("**/report/clip/*")
    clip = f"/c/{bob.url.rpartition('/')[2]}"
    checked(bob, wrong)
    bob.get_by_role("link", name="Bullying or exposing somebody").click()
    bob.get_by_label("Harassment").check()
    bob.get_by_label("What should we know?").fill("It names my sister.")
    checked(bob, wrong)
    bob.get_by_role("button", name="Send the report").click()
    expect(bob.get_by_role("heading", name="Thank you")).to_be_visible()

    olga = somebody(visitor, "olga", **DESKTOP)
    olga.goto("/moderation/roles")
    olga.get_by_label("Handle").fill("frank")
    olga.get_by_label("Role", exact=True).select_option("moderator")
    olga.get_by_role("button", name="Give it").click()
    expect(olga.get_by_role("button", name="Take the role moderator from frank")).to_be_visible()
    checked(olga, wrong)

    frank = somebody(visitor, "frank", **DESKTOP)
    frank.goto("/moderation/")
    checked(frank, wrong)
    for key in ("j", "Enter"):
        frank.keyboard.press(key)
    expect(frank.get_by_text("It names my sister.")).to_be_visible()
    frank.wait_for_load_state("load")  # what listens to keys is there then
    frank.keyboard.press("t")
    expect(frank.get_by_text("For 15 minutes nobody else decides it.")).to_be_visible()
    checked(frank, wrong)
    case = frank.url
    frank.keyboard.press("2")  # remove it
    expect(frank.get_by_label("Remove it")).to_be_checked()
    frank.get_by_label("Facts and circumstances").focus()
    frank.keyboard.type("The clip names a person and mocks her.")
    frank.keyboard.press("Tab")
    frank.keyboard.press("Enter")
    expect(frank.get_by_text("Decided.", exact=True)).to_be_visible()
    assert bob.goto(clip).status == 404  # type: ignore[union-attr]

    carol = somebody(visitor, "carol", **PHONE)
    carol.goto("/decisions/")
    checked(carol, wrong)
    carol.locator("a.row", has_text="Harassment").first.click()
    expect(carol.get_by_text("It was removed. Nobody else can see it.")).to_be_visible()
    checked(carol, wrong)
    carol.get_by_label("Why is the decision wrong?").fill("She is in the clip herself.")
    carol.get_by_role("button", name="Appeal").click()
    expect(carol.get_by_text("Your appeal is sent.")).to_be_visible()

    frank.goto(case)
    frank.get_by_label("The decision stands").check()
    frank.get_by_role("textbox", name="Why").fill("I think so.")
    frank.get_by_role("button", name="Answer").click()
    expect(frank.get_by_text("Another moderator hears the appeal.")).to_be_visible()
    olga.goto(case)
    olga.get_by_label("The decision is reversed").check()
    olga.get_by_role("textbox", name="Why").fill("She is, and she laughs.")
    checked(olga, wrong)
    olga.get_by_role("button", name="Answer").click()
    expect(olga.get_by_text("The appeal is heard.")).to_be_visible()

    carol.reload()
    expect(carol.get_by_text("This decision was reversed.")).to_be_visible()
    assert bob.goto(clip).status == 200  # type: ignore[union-attr]
    bob.goto("/reports")
    expect(bob.get_by_text("Nothing wrong was found").first).to_be_visible()
    checked(bob, wrong)
    assert [one for one in wrong if one] == []


STATE = """() => {
  const slide = document.querySelector("parvis-feed [data-current]");
  const { paused } = slide.querySelector("video");
  return { clip: slide.dataset.clip, covered: slide.hasAttribute("data-covered"), paused };
}"""


def test_a_sensitive_clip_is_covered_until_an_adult_shows_it_and_is_not_there_for_visitors(visitor: Visitor) -> None:
    wrong: list[str | None] = []
    frank = somebody(visitor, "frank", **DESKTOP)
    frank.goto("/@frank")
    clip = frank.locator(".clip-tile").first.get_attribute("data-player").rpartition("=")[2]  # type: ignore[union-attr]
    frank.goto(f"/c/{clip}/edit")
    frank.locator("details.more summary").first.click()
    frank.get_by_label("Sensitive").check()
    frank.locator("form").filter(has=frank.get_by_label("Sensitive")).get_by_role("button").last.click()
    expect(frank.get_by_text("Saved.")).to_be_visible()

    bob = somebody(visitor, "bob", **PHONE)
    bob.goto(f"/@frank/feed?from={clip}")
    expect(bob.locator(f"{CURRENT}[data-clip='{clip}']")).to_be_visible()
    assert bob.evaluate(STATE) == {"clip": clip, "covered": True, "paused": True}
    checked(bob, wrong)
    bob.locator(f"{CURRENT} [data-action=uncover]").click()
    bob.wait_for_function("() => !document.querySelector('parvis-feed [data-current] video').paused")
    assert bob.evaluate(STATE) == {"clip": clip, "covered": False, "paused": False}

    anybody = visitor.page(visitor.context(**PHONE))
    anybody.goto(f"/c/{clip}")
    expect(anybody.get_by_text("Please sign in to see it.")).to_be_visible()
    assert anybody.locator("video").count() == 0
    checked(anybody, wrong)
    frank.locator("details.more summary").first.click()
    frank.get_by_label("Sensitive").uncheck()
    frank.locator("form").filter(has=frank.get_by_label("Sensitive")).get_by_role("button").last.click()
    expect(frank.get_by_text("Saved.")).to_be_visible()
    assert [one for one in wrong if one] == []


def test_a_reported_message_is_read_alone_decided_appealed_and_given_back(visitor: Visitor) -> None:
    wrong: list[str | None] = []
    dan = visitor.page(visitor.context(reduced_motion="reduce", **DESKTOP))
    with_passkeys(dan)
    handle = new_handle()
    sign_up(dan, handle)
    dan.goto("/@carol")
    dan.get_by_role("link", name="Message").click()
    write(dan, "Nobody likes your loops")
    carol = somebody(visitor, "carol", **PHONE)
    carol.goto("/messages")
    carol.locator(".chat-requests").click()
    carol.locator(".chat-row", has_text=handle).click()
    carol.get_by_role("button", name="Accept").click()
    write(carol, "Then do not listen")
    expect(carol.locator(".message-own:not([data-sending])")).to_have_count(1)
    chat, said = carol.url, carol.locator(".message-text", has_text="Nobody likes your loops")
    carol.locator(".message", has=said).locator("[data-message-menu]").click()
    carol.get_by_role("link", name="Report Moderators can then read").click()
    carol.get_by_role("link", name="Bullying or exposing somebody").click()
    carol.get_by_label("Harassment").check()
    checked(carol, wrong)
    carol.get_by_role("button", name="Send the report").click()
    expect(carol.get_by_role("heading", name="Thank you")).to_be_visible()

    olga = somebody(visitor, "olga", **DESKTOP)
    olga.goto("/moderation/roles")
    olga.get_by_label("Handle").fill("frank")
    olga.get_by_label("Role", exact=True).select_option("moderator")
    olga.get_by_role("button", name="Give it").click()
    frank = somebody(visitor, "frank", **DESKTOP)
    frank.goto("/moderation/")
    frank.locator("a.row", has_text=handle).click()
    expect(frank.locator("main")).to_contain_text("Nobody likes your loops")
    expect(frank.locator("main")).not_to_contain_text("Then do not listen")
    assert frank.locator("main a[href*='/messages/']").count() == 0
    assert frank.request.get(chat).status == 404
    case = frank.url
    frank.get_by_role("button", name="Take it in hand").click()
    frank.get_by_label("Remove it").check()
    frank.get_by_label("Facts and circumstances").fill("It mocks a person.")
    checked(frank, wrong)
    frank.get_by_role("button", name="Decide").click()
    expect(frank.get_by_text("Decided.", exact=True)).to_be_visible()
    carol.goto(chat)
    expect(carol.locator(".message-own")).to_have_count(1)
    expect(said).to_have_count(0)

    dan.goto("/decisions/")
    dan.locator("a.row", has_text="Harassment").click()
    expect(dan.get_by_text("It mocks a person.")).to_be_visible()
    dan.get_by_label("Why is the decision wrong?").fill("It is only about loops.")
    checked(dan, wrong)
    dan.get_by_role("button", name="Appeal").click()
    expect(dan.get_by_text("Your appeal is sent.")).to_be_visible()
    olga.goto(case)
    olga.get_by_label("The decision is reversed").check()
    olga.get_by_role("textbox", name="Why").fill("It is about loops, and mild.")
    olga.get_by_role("button", name="Answer").click()
    expect(olga.get_by_text("The appeal is heard.")).to_be_visible()
    dan.reload()
    expect(dan.get_by_text("This decision was reversed.")).to_be_visible()
    carol.goto(chat)
    expect(said).to_be_visible()
    assert [one for one in wrong if one] == []
