"""Messages of the caller: reading, writing, taking back."""

import uuid
from typing import Any

from django.http import HttpResponse
from ninja import File, Form, Router, Status
from ninja.files import UploadedFile

from parvis.accounts import scopes
from parvis.accounts.errors import NoSuchPerson
from parvis.accounts.limits import spend_by
from parvis.accounts.queries import for_viewer as people_for
from parvis.accounts.viewer import Request
from parvis.api.answers import operation
from parvis.api.errors import Invalid
from parvis.api.schemas.messages import Message, MessageIn, Messages, Sent
from parvis.api.schemas.words import Handle
from parvis.api.views.paging import Limit, size_of
from parvis.clips.errors import NoSuchClip
from parvis.inbox import pictures
from parvis.inbox.actions import messages as actions
from parvis.inbox.errors import (
    CannotWrite,
    NoSuchChat,
    NoSuchMessage,
    NotAPicture,
    NotYourMessage,
    NotYourself,
    Unanswered,
)
from parvis.inbox.limits import TAP, WORDS
from parvis.inbox.models import Message as Row
from parvis.inbox.queries.chats import for_viewer
from parvis.kit.ids import uuid7
from parvis.kit.text import plain_text

router = Router(tags=["messages"])
REFUSALS = (CannotWrite, Unanswered, NotYourself, NoSuchClip)
# What ninja cannot say of an answer that is no JSON.
WEBP = {"description": "The picture", "content": {"image/webp": {"schema": {"type": "string", "format": "binary"}}}}
PICTURE = operation(None, scopes.MESSAGES, NoSuchMessage, NotAPicture, writes=False)
PICTURE["openapi_extra"]["responses"][200] = WEBP


def _draft(said: MessageIn, picture: UploadedFile | None = None) -> actions.Draft:
    """Return what is to be sent. Invalid if it says nothing."""
    text = plain_text(said.text)
    if not (text or said.clip or picture):
        raise Invalid
    data = picture.read() if picture else None
    return actions.Draft(nonce=said.nonce or uuid7(), text=text, clip=said.clip, picture=data)


def _sent(row: Row) -> Any:
    return Status(201, Sent(chat=row.chat.conversation, message=row.id))


@router.get("/chats/{chat_id}/messages", **operation(Messages, scopes.MESSAGES, NoSuchChat, writes=False))
def list_messages(request: Request, chat_id: uuid.UUID, before: int | None = None, limit: Limit = 40) -> Any:
    """The newest messages of a conversation, or those before a number."""
    door = for_viewer(request.viewer)
    if before is not None and not 0 <= before < 2**31:
        raise Invalid
    page = door.messages(door.one(chat_id), before=before, limit=size_of(limit))
    return Messages(items=[Message.of(one) for one in page.messages], before=page.before)


@router.post("/chats/{chat_id}/messages", **operation(Sent, scopes.MESSAGES, NoSuchChat, *REFUSALS, status=201))
def write(request: Request, chat_id: uuid.UUID, said: MessageIn) -> Any:
    """Write into a conversation."""
    spend_by(request.viewer, "message", WORDS)
    return _sent(actions.write(viewer=request.viewer, conversation=chat_id, draft=_draft(said)))


@router.post(
    "/chats/{chat_id}/pictures",
    **operation(Sent, scopes.MESSAGES, NoSuchChat, NotAPicture, *REFUSALS, status=201),
)
def send_picture(request: Request, chat_id: uuid.UUID, picture: File[UploadedFile], said: Form[MessageIn]) -> Any:
    """Send a picture into a conversation, with or without words: JPEG, PNG, WebP or GIF of up to 12 MB, as
    multipart/form-data."""
    spend_by(request.viewer, "message", WORDS)
    return _sent(actions.write(viewer=request.viewer, conversation=chat_id, draft=_draft(said, picture)))


@router.post("/people/{handle}/messages", **operation(Sent, scopes.MESSAGES, NoSuchPerson, *REFUSALS, status=201))
def write_to_person(request: Request, handle: Handle, said: MessageIn) -> Any:
    """Write to a person. What a stranger writes waits as a request."""
    spend_by(request.viewer, "message", WORDS)
    other = people_for(request.viewer).named(handle)
    return _sent(actions.write_to(viewer=request.viewer, other=other, draft=_draft(said)))


@router.delete("/messages/{message_id}", **operation(None, scopes.MESSAGES, NoSuchMessage, NotYourMessage, status=204))
def delete_message(request: Request, message_id: uuid.UUID, everybody: bool = False) -> Any:
    """Delete the caller's copy of a message; with `everybody`, take an own one back from all."""
    spend_by(request.viewer, "message-delete", TAP)
    act = actions.unsend if everybody else actions.forget
    act(viewer=request.viewer, message_id=message_id)
    return Status(204, None)


@router.get("/messages/{message_id}/picture", **PICTURE)
def get_picture(request: Request, message_id: uuid.UUID) -> Any:
    """The picture of a message (WebP)."""
    name, key = for_viewer(request.viewer).picture(message_id)
    return HttpResponse(pictures.read(name, key), content_type="image/webp", headers={"Cache-Control": "no-store"})
