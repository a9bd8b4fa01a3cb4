"""Whom reports and decisions tell of something in the inbox."""

import uuid
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from parvis.accounts.notices import NoticeKind, Telling, Told, declare
from parvis.events.models import Event
from parvis.safety.kinds import ANSWERED, DECIDED, HEARD, HELD


def _tell_held(event: Event) -> Iterator[Telling]:
    if event.object is not None:
        yield Telling(event.object, about=uuid.UUID(event.data["clip"]))


def _say_held(_told: Told) -> str:
    return _(
        "Your clip looks like one that was removed here. A moderator looks at it before others can see it; against what"
        " they decide you can appeal."
    )


def _tell_concerned(event: Event) -> Iterator[Telling]:
    """Decisions: whom it concerns. Whoever cannot sign in meanwhile has the letter, and the page that says why."""
    if event.object is not None:
        yield Telling(event.object, about=uuid.UUID(event.data["decision"]))


def _tell_reporter(event: Event) -> Iterator[Telling]:
    if event.object is not None:
        yield Telling(event.object, about=uuid.UUID(event.data["report"]))


def _say_decided(_told: Told) -> str:
    return _("A moderator decided about you or something of yours. Read why, and how you can appeal.")


def _say_heard(_told: Told) -> str:
    return _("Your appeal was heard. Read what came of it.")


def _say_answered(_told: Told) -> str:
    return _("What you reported was looked at. See what came of it.")


def _statement(told: Told) -> str:
    return f"/decisions/{told.about}"


declare(
    NoticeKind(
        "decided", gettext_lazy("Decisions about you"), "shield", frozenset({DECIDED}), _tell_concerned, _say_decided,
        _statement, is_binding=True,
    ),
    NoticeKind(
        "appeal-heard", gettext_lazy("Your appeals"), "shield", frozenset({HEARD}), _tell_concerned, _say_heard,
        _statement, is_binding=True,
    ),
    NoticeKind(
        "report-answered", gettext_lazy("What you reported"), "flag", frozenset({ANSWERED}), _tell_reporter,
        _say_answered, lambda _told: "/reports", is_binding=True,
    ),
    NoticeKind(
        "clip-held", gettext_lazy("Your clips wait for a moderator"), "clock", frozenset({HELD}), _tell_held,
        _say_held, lambda told: f"/c/{told.about}", shows_clip=True, is_binding=True,
    ),
)  # fmt: skip
