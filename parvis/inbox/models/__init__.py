"""Rows of the inbox."""

from parvis.inbox.models.chats import Chat, ChatMember, Message
from parvis.inbox.models.evidence import Evidence
from parvis.inbox.models.notices import Notice, NoticeActor, NoticeChoice, Preferences
from parvis.inbox.models.push import PushJob, PushSubscription

__all__ = [
    "Chat",
    "ChatMember",
    "Evidence",
    "Message",
    "Notice",
    "NoticeActor",
    "NoticeChoice",
    "Preferences",
    "PushJob",
    "PushSubscription",
]
