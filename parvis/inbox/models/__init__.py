"""Rows of the inbox."""

from parvis.inbox.models.chats import Chat, ChatMember, Message
from parvis.inbox.models.notices import Notice, NoticeActor, NoticeChoice, Preferences

__all__ = ["Chat", "ChatMember", "Message", "Notice", "NoticeActor", "NoticeChoice", "Preferences"]
