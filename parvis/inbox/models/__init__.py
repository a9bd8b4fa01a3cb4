"""Rows of the inbox."""

from parvis.inbox.models.notices import Notice, NoticeActor, NoticeChoice, Preferences

__all__ = ["Notice", "NoticeActor", "NoticeChoice", "Preferences"]
