"""Rows of messages. Each person in a conversation has a copy of all of it, in their own home, sealed with their
own key: there is no row that two people share, so each may leave, delete, move house or be erased alone."""

from typing import Final

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from parvis.accounts.models import Person
from parvis.cells.models import PrivateModel
from parvis.kit.states import StateGraph

MEMBERS_MOST: Final = 32
TEXT_LONGEST: Final = 2000
TITLE_LONGEST: Final = 60

OPEN: Final = "open"
REQUEST: Final = "request"
REFUSED: Final = "refused"
LEFT: Final = "left"
# Whoever refused or left comes back by writing, or, to a group, by being asked again.
CHAT = StateGraph(
    "inbox_chat.state",
    REQUEST,
    {
        REQUEST: {OPEN: "person", REFUSED: "person"},
        REFUSED: {OPEN: "person"},
        OPEN: {LEFT: "person"},
        LEFT: {OPEN: "person", REQUEST: "others"},
    },
)

TEXT: Final = "text"
CLIP: Final = "clip"
PICTURE: Final = "picture"
UNSENT: Final = "unsent"
ADDED: Final = "added"
GONE: Final = "gone"
MESSAGE_KINDS: Final = (TEXT, CLIP, PICTURE, UNSENT, ADDED, GONE)


class Chat(PrivateModel):
    """A conversation as one of its people has it. `conversation` is the same in every copy.

    `title` was given by the `starter` of a group; while it is withheld by decision, the group has none to show.
    `number` is that of its newest message; `version` rises with every change, so that an open page can ask cheaply
    whether there was any. `unread` counts the messages of others since the person last looked.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    conversation = models.UUIDField()
    is_group = models.BooleanField(default=False)
    title = models.BinaryField(null=True)
    is_title_withheld = models.BooleanField(default=False, db_default=False)
    starter = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    state = models.TextField(default=CHAT.initial)
    is_muted = models.BooleanField(default=False)
    number = models.IntegerField(default=0)
    version = models.IntegerField(default=0)
    unread = models.IntegerField(default=0)
    at = models.DateTimeField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta(PrivateModel.Meta):
        indexes = [
            models.Index(fields=["person", "state", "-at", "-id"], name="inbox_chat_newest"),
            models.Index(fields=["conversation", "person"], name="inbox_chat_copies"),
            models.Index(fields=["person"], condition=Q(unread__gt=0, state="open"), name="inbox_chat_unread"),
        ]
        constraints = [
            *PrivateModel.Meta.constraints,
            models.UniqueConstraint(fields=["person", "conversation"], name="inbox_chat_once"),
            models.CheckConstraint(condition=Q(state__in=CHAT.states), name="inbox_chat_state_known"),
            models.CheckConstraint(condition=Q(unread__gte=0), name="inbox_chat_unread_count"),
        ]


class ChatMember(PrivateModel):
    """Another person of a conversation, as the owner's copy knows them; `read_at`: when they last looked."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    chat = models.ForeignKey(Chat, models.CASCADE, related_name="members")
    member = models.ForeignKey(Person, models.CASCADE, related_name="+")
    read_at = models.DateTimeField(null=True)

    class Meta(PrivateModel.Meta):
        constraints = [
            *PrivateModel.Meta.constraints,
            models.UniqueConstraint(fields=["chat", "member"], name="inbox_member_once"),
        ]


class Message(PrivateModel):
    """One person's copy of a message. `message` is the same in every copy; `nonce` stands in the author's own only, so
    that sending it again after a lost answer finds the first.

    `body` is the text, sealed. A picture lies in the storage under the name `picture`, encrypted with a key of its own,
    which lies sealed in `picture_key`. `author` is empty once their account is erased. One that `is_withheld` was
    removed by decision: its person sees that, and no more.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    chat = models.ForeignKey(Chat, models.CASCADE, related_name="messages")
    message = models.UUIDField()
    number = models.IntegerField()
    author = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    kind = models.TextField()
    body = models.BinaryField(null=True)
    clip = models.UUIDField(null=True)
    picture = models.TextField(default="", blank=True)
    picture_key = models.BinaryField(null=True)
    width = models.SmallIntegerField(default=0)
    height = models.SmallIntegerField(default=0)
    nonce = models.UUIDField(null=True)
    is_withheld = models.BooleanField(default=False, db_default=False)
    at = models.DateTimeField()

    class Meta(PrivateModel.Meta):
        indexes = [
            models.Index(fields=["message"], name="inbox_message_copies"),
            models.Index(fields=["picture"], condition=~Q(picture=""), name="inbox_message_pictures"),
        ]
        constraints = [
            *PrivateModel.Meta.constraints,
            models.UniqueConstraint(fields=["chat", "number"], name="inbox_message_number"),
            models.UniqueConstraint(fields=["person", "message"], name="inbox_message_once"),
            models.UniqueConstraint(
                fields=["person", "nonce"], condition=Q(nonce__isnull=False), name="inbox_message_nonce"
            ),
            models.CheckConstraint(condition=Q(kind__in=MESSAGE_KINDS), name="inbox_message_kind"),
            models.CheckConstraint(
                condition=~Q(kind=UNSENT)
                | Q(body__isnull=True, clip__isnull=True, picture="", picture_key__isnull=True),
                name="inbox_message_unsent_is_empty",
            ),
        ]
