"""Conversations of the caller: the list, groups, requests, leaving."""

import uuid
from typing import Any

from ninja import Router, Status

from parvis.accounts import scopes
from parvis.accounts.errors import NoSuchPerson
from parvis.accounts.limits import spend_by
from parvis.accounts.queries import for_viewer as people_for
from parvis.accounts.queries import person_of
from parvis.accounts.viewer import Request
from parvis.api.answers import operation
from parvis.api.schemas.messages import Answer, Chat, Chats, GroupIn
from parvis.api.schemas.words import Cursor, Handle
from parvis.api.views.paging import Limit, size_of
from parvis.inbox.actions import chats as actions
from parvis.inbox.actions import messages as writing
from parvis.inbox.errors import CannotBeAGroup, CannotWrite, NoSuchChat
from parvis.inbox.limits import GROUPS, TAP
from parvis.inbox.queries.chats import for_viewer
from parvis.inbox.queries.standing import conversation_of
from parvis.kit.ids import uuid7
from parvis.kit.text import plain_text

router = Router(tags=["messages"])


@router.get("/chats", **operation(Chats, scopes.MESSAGES, writes=False))
def list_chats(request: Request, requests: bool = False, after: Cursor = "", limit: Limit = 30) -> Any:
    """The caller's conversations, the newest first; with `requests` those of strangers who wait for an answer."""
    door = for_viewer(request.viewer)
    page = door.chats(requests=requests, after=after, limit=size_of(limit))
    items = [Chat.of(one) for one in page.chats]
    return Chats(items=items, next=page.next or None, requests=door.request_count())


@router.post(
    "/chats", **operation(Chat, scopes.MESSAGES, NoSuchPerson, CannotWrite, CannotBeAGroup, NoSuchChat, status=201)
)
def start_group(request: Request, group: GroupIn) -> Any:
    """Make a group. Whoever would only take a request from the caller is asked first."""
    spend_by(request.viewer, "group", GROUPS)
    others = [people_for(request.viewer).named(handle) for handle in group.people]
    title = plain_text(group.title).replace("\n", " ")
    made = actions.start_group(viewer=request.viewer, others=others, title=title, nonce=group.nonce or uuid7())
    return Status(201, Chat.of(for_viewer(request.viewer).one(made.conversation)))


@router.get("/chats/{chat_id}", **operation(Chat, scopes.MESSAGES, NoSuchChat, writes=False))
def get_chat(request: Request, chat_id: uuid.UUID) -> Any:
    """One conversation."""
    return Chat.of(for_viewer(request.viewer).one(chat_id))


@router.get("/people/{handle}/chat", **operation(Chat, scopes.MESSAGES, NoSuchPerson, NoSuchChat, writes=False))
def get_chat_with(request: Request, handle: Handle) -> Any:
    """The conversation of the caller and one person, where there is one."""
    other = people_for(request.viewer).named(handle)
    return Chat.of(for_viewer(request.viewer).one(conversation_of(person_of(request.viewer).id, other.id)))


@router.delete("/chats/{chat_id}", **operation(None, scopes.MESSAGES, NoSuchChat, status=204))
def leave_chat(request: Request, chat_id: uuid.UUID) -> Any:
    """Delete the caller's copy of a conversation; a group goes on without them."""
    spend_by(request.viewer, "message-leave", TAP)
    actions.leave(viewer=request.viewer, conversation=chat_id)
    return Status(204, None)


@router.put("/chats/{chat_id}/answer", **operation(None, scopes.MESSAGES, NoSuchChat, status=204))
def answer_request(request: Request, chat_id: uuid.UUID, answer: Answer) -> Any:
    """Take a request, or refuse it; who asked is not told of a refusal."""
    spend_by(request.viewer, "message-answer", TAP)
    actions.answer(viewer=request.viewer, conversation=chat_id, accepts=answer.accepts)
    return Status(204, None)


@router.put("/chats/{chat_id}/read", **operation(None, scopes.MESSAGES, NoSuchChat, status=204))
def read_chat(request: Request, chat_id: uuid.UUID) -> Any:
    """Note that the caller has seen all of a conversation; the others are told."""
    spend_by(request.viewer, "message-read", TAP)
    writing.read(viewer=request.viewer, conversation=chat_id)
    return Status(204, None)


@router.put("/chats/{chat_id}/mute", **operation(None, scopes.MESSAGES, NoSuchChat, status=204))
def mute_chat(request: Request, chat_id: uuid.UUID) -> Any:
    """Let a conversation push no notifications."""
    spend_by(request.viewer, "message-mute", TAP)
    actions.mute(viewer=request.viewer, conversation=chat_id, is_muted=True)
    return Status(204, None)


@router.delete("/chats/{chat_id}/mute", **operation(None, scopes.MESSAGES, NoSuchChat, status=204))
def unmute_chat(request: Request, chat_id: uuid.UUID) -> Any:
    """Let a conversation push notifications again."""
    spend_by(request.viewer, "message-mute", TAP)
    actions.mute(viewer=request.viewer, conversation=chat_id, is_muted=False)
    return Status(204, None)


@router.put(
    "/chats/{chat_id}/people/{handle}",
    **operation(None, scopes.MESSAGES, NoSuchPerson, NoSuchChat, CannotWrite, CannotBeAGroup, status=204),
)
def add_to_group(request: Request, chat_id: uuid.UUID, handle: Handle) -> Any:
    """Bring somebody into a group; they see what is written from now on. Twice is once."""
    spend_by(request.viewer, "group", GROUPS)
    actions.add(viewer=request.viewer, conversation=chat_id, other=people_for(request.viewer).named(handle))
    return Status(204, None)
