"""What reports and decisions do to conversations: one message is copied for moderators, what they remove is hidden."""

import uuid
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef

from parvis.accounts.models import Person
from parvis.accounts.viewer import Viewer
from parvis.cells.keys import seal, unseal
from parvis.inbox import pictures
from parvis.inbox.actions.delivery import PICTURE_KEY, touch
from parvis.inbox.models import Chat, Evidence, Message
from parvis.inbox.models.evidence import GROUP, MESSAGE
from parvis.inbox.queries.chats import BODY, TITLE
from parvis.inbox.queries.evidence import EVIDENCE_BODY, EVIDENCE_KEY, reportable_group, reportable_message
from parvis.safety.models import Case
from parvis.safety.states import DECIDED


@transaction.atomic
def keep_message(viewer: Viewer, message_id: uuid.UUID) -> None:
    """Copy the one message that a viewer reports, from their own copy. Twice is once."""
    mine = reportable_message(viewer, message_id)
    if mine is None or mine.author is None:
        return
    told: dict[str, Any] = {"clip": mine.clip}
    if mine.body:
        told["body"] = unseal(mine.person_id, BODY, mine.body)
    if mine.picture and mine.picture_key:
        told["picture_key"] = unseal(mine.person_id, PICTURE_KEY, mine.picture_key)
    _keep(MESSAGE, mine.message, mine.author, told, mine.picture)


@transaction.atomic
def keep_group(viewer: Viewer, conversation: uuid.UUID) -> None:
    """Copy the name of a group that a viewer reports, from their own copy. Twice is once."""
    mine = reportable_group(viewer, conversation)
    if mine is not None and mine.starter is not None and mine.title:
        _keep(GROUP, conversation, mine.starter, {"body": unseal(mine.person_id, TITLE, mine.title)}, "")


def _keep(kind: str, subject: uuid.UUID, author: Person, told: dict[str, Any], picture: str) -> None:
    """The picture is copied first: a crash leaves a file for the sweep."""
    if Evidence.objects.filter(kind=kind, subject=subject).exists():
        return
    body, key = told.get("body"), told.get("picture_key")
    Evidence.objects.create(
        home=author.home,
        person=author,
        kind=kind,
        subject=subject,
        body=seal(author.id, EVIDENCE_BODY, body) if body else None,
        clip=told.get("clip"),
        picture=pictures.copied(picture, author.home) if key else "",
        picture_key=seal(author.id, EVIDENCE_KEY, key) if key else None,
    )


def sweep() -> bool:
    """Forget the copies in which nothing was found wrong: only what was decided on, or waits, is kept. Always done in
    one go."""
    cases = Case.objects.filter(kind=OuterRef("kind"), object=OuterRef("subject"))
    needed = cases.exclude(state=DECIDED, decision__on_thing="", decision__on_account="")
    Evidence.objects.filter(~Exists(needed)).delete()
    return False


@transaction.atomic
def withhold_message(*, message: uuid.UUID, is_withheld: bool) -> None:
    """Hide a message in every copy but its author's, or show it again."""
    copies = Message.objects.filter(message=message)
    conversation = copies.values_list("chat__conversation", flat=True).first()
    if conversation is not None:
        touch(conversation)
        copies.exclude(person=F("author")).update(is_withheld=is_withheld)


@transaction.atomic
def withhold_title(*, conversation: uuid.UUID, is_withheld: bool) -> None:
    """Let a group be called after its people, whatever its name, or give it its name again."""
    touch(conversation)
    Chat.objects.filter(conversation=conversation).update(is_title_withheld=is_withheld)
