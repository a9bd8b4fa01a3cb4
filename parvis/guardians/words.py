"""What rules, states and the log are called."""

from collections.abc import Callable
from datetime import time
from typing import Any

from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from parvis.accounts.notices import isolated
from parvis.guardians.models import ASKED, ENDED, LINKED, RULES, Change

MESSAGES = {
    "everyone": gettext_lazy("Everyone"),
    "followed": gettext_lazy("People they follow"),
    "nobody": gettext_lazy("Nobody new"),
}
FREE = gettext_lazy("as the teen chooses")
COMMENTS = {
    "everyone": gettext_lazy("Everyone"),
    "followed": gettext_lazy("People they follow"),
    "nobody": gettext_lazy("Nobody"),
}


def of_day(minutes: int | None) -> str:
    """Return a limit of a day in words."""
    if minutes is None:
        return _("No limit")
    return ngettext("%(minutes)d minute a day", "%(minutes)d minutes a day", minutes) % {"minutes": minutes}


def minutes(number: int) -> str:
    """Return a number of minutes in words."""
    return ngettext("%(minutes)d minute", "%(minutes)d minutes", number) % {"minutes": number}


def in_one_go(minutes: int | None) -> str:
    """Return in words after how long a break is due."""
    if not minutes:
        return _("Never")
    return ngettext("After %(minutes)d minute", "After %(minutes)d minutes", minutes) % {"minutes": minutes}


def span(start: int, end: int) -> str:
    """Return a span of a day in words."""
    hours = [time_format(time(*divmod(minute, 60)), "TIME_FORMAT") for minute in (start, end)]
    return _("%(start)s to %(end)s") % {"start": hours[0], "end": hours[1]}


def spans(found: list[tuple[int, int]]) -> str:
    """Return spans of a day in words."""
    return ", ".join(span(*one) for one in found if one[0] != one[1]) or _("None")


def _tags(count: int) -> str:
    return ngettext("%(count)d tag is kept away.", "%(count)d tags are kept away.", count) % {"count": count}


# How the log says what is new of each rule, in the order in which they are said.
RULE: dict[str, Callable[[Any], str]] = {
    "minutes": lambda value: _("Daily limit: %(words)s") % {"words": of_day(value)},
    "break_after": lambda value: _("Break: %(words)s") % {"words": in_one_go(value) if value else FREE},
    "quiet": lambda value: _("Quiet hours: %(words)s") % {"words": span(*value) if value else FREE},
    "is_kept_private": lambda value: _("The account stays private.") if value else _("The account may be open."),
    "messages": lambda value: _("Who may write: %(words)s") % {"words": MESSAGES.get(value, value)},
    "comments": lambda value: _("Who may comment: %(words)s") % {"words": COMMENTS.get(value, value)},
    "tags": _tags,
}


def change(one: Change) -> list[str]:
    """Return what happened, in sentences."""
    name = isolated(one.by.name) if one.by else ""
    if one.what == RULES:
        return [say(one.said[name]) for name, say in RULE.items() if name in one.said]
    if one.what == ASKED:
        return [_("%(name)s asked for this link.") % {"name": name}]
    if one.what == LINKED:
        return [_("%(name)s said yes.") % {"name": name}]
    if one.what == ENDED and name:
        return [_("%(name)s ended it.") % {"name": name}]
    return [_("It ended by itself.")]
