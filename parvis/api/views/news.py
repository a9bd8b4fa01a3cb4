"""News of the caller, how they are told of it, and the browsers that are called."""

import uuid
from typing import Any

from ninja import Router, Status

from parvis.accounts import scopes
from parvis.accounts.errors import SetByAnother
from parvis.accounts.limits import spend_by
from parvis.accounts.queries import person_of
from parvis.accounts.viewer import Request
from parvis.api.answers import operation
from parvis.api.schemas.news import Browser, BrowserGone, Notice, Notices, Takes, Telling, TellingChange, ToldOf, Unread
from parvis.api.schemas.words import Cursor
from parvis.api.views.paging import Limit, size_of
from parvis.inbox.actions import notices as actions
from parvis.inbox.actions import push
from parvis.inbox.actions.preferences import choose_letters, prefer, take_messages
from parvis.inbox.errors import BadQuietHours, BadSubscription, NoSuchNotice, UnknownNoticeKind
from parvis.inbox.limits import BROWSERS, CHOICES, TAP
from parvis.inbox.push.vapid import public_key
from parvis.inbox.queries.notices import for_viewer
from parvis.inbox.queries.unread import unread_chats, unread_notices

router = Router(tags=["news"])


@router.get("/notices", **operation(Notices, scopes.READ, writes=False))
def list_notices(request: Request, after: Cursor = "", limit: Limit = 30) -> Any:
    """What happened around the caller, the newest first."""
    page = for_viewer(request.viewer).notices(after=after, limit=size_of(limit))
    return Notices(items=[Notice.of(one) for one in page.notices], next=page.next or None)


@router.get("/notices/unread", **operation(Unread, scopes.READ, writes=False))
def count_unread(request: Request) -> Any:
    """How much the caller has not read."""
    me = person_of(request.viewer)
    return Unread(notices=unread_notices(me.id, home=me.home), chats=unread_chats(me.id, home=me.home))


@router.put("/notices/read", **operation(None, scopes.SOCIAL, status=204))
def read_all_notices(request: Request) -> Any:
    """Mark every notice as read."""
    spend_by(request.viewer, "notice-read", TAP)
    actions.read_all(viewer=request.viewer)
    return Status(204, None)


@router.put("/notices/{notice_id}/read", **operation(None, scopes.SOCIAL, NoSuchNotice, status=204))
def read_notice(request: Request, notice_id: uuid.UUID) -> Any:
    """Mark one notice as read. Twice is once."""
    spend_by(request.viewer, "notice-read", TAP)
    actions.read(viewer=request.viewer, notice_id=notice_id)
    return Status(204, None)


def _quiet(request: Request) -> tuple[int, int]:
    """Return the quiet hours that hold: what was chosen, or the night of the young. Equal ones are none."""
    return next(iter(for_viewer(request.viewer).quiet()), (0, 0))


@router.get("/me/notifications", **operation(Telling, scopes.READ, writes=False))
def get_notifications(request: Request) -> Any:
    """How the caller is told of each kind of news, and when not."""
    door = for_viewer(request.viewer)
    chosen = door.preferences()
    start, end = _quiet(request)
    return Telling(
        kinds=[ToldOf.of(one) for one in door.choices()], quiet_from=start, quiet_until=end,
        zone=chosen.zone, digest=chosen.digest, push_key=public_key(),
    )  # fmt: skip


@router.patch("/me/notifications", **operation(Telling, scopes.SETTINGS, BadQuietHours, UnknownNoticeKind))
def change_notifications(request: Request, change: TellingChange) -> Any:
    """Change how the caller is told, and when not."""
    spend_by(request.viewer, "inbox-settings", CHOICES)
    actions.known_kinds(change.kinds)
    said = change.model_dump(exclude={"kinds", "digest"}, exclude_none=True)
    if said:
        start, end = _quiet(request)
        zone = for_viewer(request.viewer).preferences().zone
        was = {"zone": zone, "quiet_from": start, "quiet_until": end}
        prefer(viewer=request.viewer, **{**was, **said})
    if change.digest is not None:
        choose_letters(viewer=request.viewer, digest=change.digest)
    kinds = {name: actions.Channels(one.in_app, one.push, one.digest) for name, one in change.kinds.items()}
    actions.choose(viewer=request.viewer, chosen=kinds)
    return get_notifications(request)


@router.get("/me/messages", **operation(Takes, scopes.READ, writes=False))
def get_audience(request: Request) -> Any:
    """From whom the caller takes messages."""
    return Takes.model_validate({"takes": for_viewer(request.viewer).takes()})


@router.put("/me/messages", **operation(Takes, scopes.SETTINGS, SetByAnother))
def set_audience(request: Request, chosen: Takes) -> Any:
    """Choose from whom the caller takes messages. Whatever they choose, nobody under 16 is written to by who is no
    friend, and nobody under 18 by a stranger."""
    spend_by(request.viewer, "inbox-settings", CHOICES)
    take_messages(viewer=request.viewer, takes=chosen.takes)
    return get_audience(request)


@router.put("/me/browsers", **operation(None, scopes.SETTINGS, BadSubscription, status=204))
def subscribe_browser(request: Request, browser: Browser) -> Any:
    """Call the caller in a browser from now on (Web Push, RFC 8030). Twice is once."""
    spend_by(request.viewer, "push", BROWSERS)
    push.subscribe(
        viewer=request.viewer,
        endpoint=browser.endpoint,
        p256dh=browser.keys.p256dh,
        auth=browser.keys.auth,
        zone=browser.zone,
    )
    return Status(204, None)


@router.delete("/me/browsers", **operation(None, scopes.SETTINGS, status=204))
def unsubscribe_browser(request: Request, browser: BrowserGone) -> Any:
    """Call the caller in a browser no longer. Twice is once."""
    spend_by(request.viewer, "push", BROWSERS)
    push.unsubscribe(viewer=request.viewer, endpoint=browser.endpoint)
    return Status(204, None)
