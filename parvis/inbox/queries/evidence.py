"""What of conversations can be reported, and what moderators see of it: nothing that nobody reported."""

import uuid
from typing import Final

from parvis.accounts.models import Person
from parvis.accounts.viewer import Viewer
from parvis.cells.keys import unseal
from parvis.inbox.errors import NoSuchMessage
from parvis.inbox.models import Chat, Evidence, Message
from parvis.inbox.models.chats import CLIP, OPEN, PICTURE, REQUEST, TEXT
from parvis.inbox.models.evidence import GROUP, MESSAGE
from parvis.inbox.queries.chats import BODY, TITLE
from parvis.safety.policies import SEE, require
from parvis.safety.registry import Thing

EVIDENCE_BODY: Final = "inbox_evidence.body"
EVIDENCE_KEY: Final = "inbox_evidence.picture_key"


def reportable_message(viewer: Viewer, message_id: uuid.UUID) -> Message | None:
    """Return the viewer's copy of a message that they may report: one with an author, which says something still."""
    if viewer.person_id is None:
        return None
    mine = Message.objects.filter(id=message_id, person_id=viewer.person_id, author__isnull=False, is_withheld=False)
    return mine.filter(kind__in=[TEXT, CLIP, PICTURE]).select_related("author", "chat").first()


def reportable_group(viewer: Viewer, conversation: uuid.UUID) -> Chat | None:
    """Return the viewer's copy of a group whose name they may report: one that was given to it by somebody."""
    if viewer.person_id is None:
        return None
    mine = Chat.objects.filter(person_id=viewer.person_id, conversation=conversation, state__in=[OPEN, REQUEST])
    named = mine.filter(is_group=True, is_title_withheld=False, title__isnull=False, starter__isnull=False)
    return named.select_related("starter").first()


def message_shown(viewer: Viewer, message_id: uuid.UUID) -> Thing | None:
    """Return a message as whoever reports it has it."""
    mine = reportable_message(viewer, message_id)
    if mine is None or mine.author is None:
        return None
    return Thing(
        kind=MESSAGE,
        id=mine.message,
        person=mine.author,
        text=unseal(mine.person_id, BODY, mine.body) if mine.body else "",
        url=f"/messages/{mine.chat.conversation}",
        picture=f"/messages/pictures/{mine.id}" if mine.picture else "",
        reach=mine.chat.members.count(),
    )


def group_shown(viewer: Viewer, conversation: uuid.UUID) -> Thing | None:
    """Return the name of a group as whoever reports it has it."""
    mine = reportable_group(viewer, conversation)
    if mine is None or mine.starter is None or mine.title is None:
        return None
    return Thing(
        kind=GROUP,
        id=conversation,
        person=mine.starter,
        title=unseal(mine.person_id, TITLE, mine.title),
        url=f"/messages/{conversation}",
        reach=mine.members.count(),
    )


def evidence_of(kind: str, subject: uuid.UUID) -> Thing | None:
    """Return what somebody reported, for moderators and for whoever wrote it."""
    row = Evidence.objects.filter(kind=kind, subject=subject).select_related("person").first()
    if row is None:
        return None
    said = unseal(row.person_id, EVIDENCE_BODY, row.body) if row.body else ""
    return Thing(
        kind=kind,
        id=subject,
        person=row.person,
        title=said if kind == GROUP else "",
        text=said if kind == MESSAGE else "",
        url=f"/c/{row.clip}" if row.clip else "",
        picture=f"/moderation/messages/{row.id}/picture" if row.picture else "",
    )


def evidence_picture(moderator: Person | None, evidence_id: uuid.UUID) -> tuple[str, bytes]:
    """Return the file name and the key of a reported picture. NotAModerator; NoSuchMessage."""
    require(moderator, SEE)
    row = Evidence.objects.filter(id=evidence_id).exclude(picture="").first()
    if row is None or row.picture_key is None:
        raise NoSuchMessage
    return row.picture, bytes.fromhex(unseal(row.person_id, EVIDENCE_KEY, row.picture_key))
