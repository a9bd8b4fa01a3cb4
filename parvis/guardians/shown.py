"""What pages say of an overview, in words."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from parvis.guardians import words
from parvis.guardians.queries import Overview


@dataclass(frozen=True)
class Line:
    """One thing that holds: an icon, its name, what holds; whether the guardian of this link set it."""

    icon: str
    name: str
    said: str
    is_set: bool


@dataclass(frozen=True)
class Entry:
    """What happened once: who (empty: nobody), when, and what."""

    name: str
    at: datetime
    said: list[str]


def holds(found: Overview) -> list[Line]:
    """Return what holds for the teen, from whatever side."""
    now, wish = found.holds, found.wish
    private = _("Private") if now.is_private else _("Open to everyone")
    tags = " ".join(f"#{tag}" for tag in wish.tags)
    return [
        Line("clock", _("Daily limit"), words.of_day(now.minutes), wish.minutes is not None),
        Line("pause", _("Break"), words.in_one_go(now.break_after), wish.break_after is not None),
        Line("moon", _("Quiet hours"), words.spans(now.quiet), wish.quiet is not None),
        Line("lock", _("Account"), private, wish.is_kept_private),
        Line("mail", _("Who may write"), str(words.MESSAGES[now.messages]), wish.messages != "everyone"),
        Line("message-circle", _("Who may comment"), str(words.COMMENTS[now.comments]), wish.comments != "everyone"),
        Line("hash", _("Tags that no feed shows"), tags or _("None"), bool(wish.tags)),
        Line("eye-off", _("Sensitive clips"), _("Never shown to anybody under 18"), False),
    ]


def log(found: Overview) -> list[Entry]:
    """Return what happened to the link, the newest first."""
    return [Entry(one.by.name if one.by else "", one.at, words.change(one)) for one in found.changes]
