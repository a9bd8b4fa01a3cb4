"""Messages and notifications: a stranger's request becomes a conversation; a push is shown by the service worker."""

import json
import re

from playwright.sync_api import CDPSession, Page, expect

from tests.browser.conftest import DESKTOP, PHONE, Visitor
from tests.browser.journey import new_handle, sign_in, sign_up, with_passkeys

CHAT = re.compile(r"/messages/[0-9a-f-]{36}$")


def write(page: Page, text: str) -> None:
    page.fill("#message-text", text)
    page.click(".chat-send")


def test_a_strangers_message_waits_and_is_answered_while_both_look(visitor: Visitor) -> None:
    stranger = visitor.page(**DESKTOP)
    with_passkeys(stranger)
    handle = new_handle()
    sign_up(stranger, handle)
    stranger.goto("/@carol")
    stranger.get_by_role("link", name="Message").click()
    write(stranger, "May I use your loop?")
    stranger.wait_for_url(CHAT)

    carol = visitor.page(**PHONE)
    sign_in(carol, "carol")
    carol.goto("/messages")
    expect(carol.locator(".chat-row", has_text=handle)).to_have_count(0)
    carol.locator(".chat-requests").click()
    carol.locator(".chat-row", has_text=handle).click()
    expect(carol.locator(".message-text")).to_have_text("May I use your loop?")
    carol.get_by_role("button", name="Accept").click()
    write(carol, "With pleasure")
    own = carol.locator(".message-own:not([data-sending])", has_text="With pleasure")
    expect(own).to_have_count(1)
    expect(stranger.locator(".message-text", has_text="With pleasure")).to_be_visible()
    expect(own.locator(".message-foot")).to_contain_text("Seen")

    own.locator("[data-message-menu]").click()
    carol.locator("[data-message-act=unsend]").click()
    expect(stranger.locator(".message-notice")).to_contain_text("took a message back")


def registration_of(cdp: CDPSession, page: Page) -> str:
    """Return the id that the browser's protocol has for the page's service worker."""
    found: list[str] = []
    cdp.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda told: found.extend(one["registrationId"] for one in told["registrations"]),
    )
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    cdp.send("ServiceWorker.enable")
    page.wait_for_timeout(500)
    return found[-1]


def test_a_push_is_shown_and_there_is_a_page_without_network(visitor: Visitor) -> None:
    context = visitor.context(**DESKTOP)
    context.grant_permissions(["notifications"], origin=visitor.origin)
    page = visitor.page(context)
    sign_in(page, "carol")
    page.goto("/settings/notifications")
    cdp = context.new_cdp_session(page)
    told = {"title": "Alice", "body": "See you at seven", "url": "/messages", "tag": "chat-1"}
    cdp.send(
        "ServiceWorker.deliverPushMessage",
        {"origin": visitor.origin, "registrationId": registration_of(cdp, page), "data": json.dumps(told)},
    )
    page.wait_for_timeout(500)
    shown = page.evaluate(
        """async () => {
          const ready = await navigator.serviceWorker.ready;
          return (await ready.getNotifications()).map((one) => [one.title, one.body, one.tag, one.data.url]);
        }"""
    )
    assert shown == [["Alice", "See you at seven", "chat-1", "/messages"]]

    kept = page.evaluate(
        """async () => {
          const found = [];
          for (const name of await caches.keys()) {
            for (const one of await (await caches.open(name)).keys()) found.push(new URL(one.url).pathname);
          }
          return found;
        }"""
    )
    assert "/offline" in kept
    assert [one for one in kept if one != "/offline" and not one.startswith("/static/")] == []
    context.set_offline(True)
    page.goto("/following")
    expect(page.get_by_role("heading", name="The square is out of reach")).to_be_visible()
    context.set_offline(False)
