"""Whom family links tell of something in the inbox."""

import uuid
from collections.abc import Collection, Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from parvis.accounts.notices import NoticeKind, Telling, Told, declare, isolated
from parvis.accounts.viewer import Viewer
from parvis.events.models import Event
from parvis.guardians import kinds, queries, words


def _tell_asked(event: Event) -> Iterator[Telling]:
    """Whoever is asked; no longer once there is an answer, or none is needed."""
    link = uuid.UUID(event.data["link"])
    if event.object is None or event.actor is None:
        return
    asked, asker = event.object, event.actor
    if event.kind == kinds.LINKED:
        asked, asker = asker, asked
    yield Telling(asked, about=link, by=asker, withdrawn=event.kind != kinds.ASKED)


def _tell_linked(event: Event) -> Iterator[Telling]:
    if event.object is not None:
        yield Telling(event.object, about=uuid.UUID(event.data["link"]), by=event.actor)


def _tell_rules(event: Event) -> Iterator[Telling]:
    if event.object is not None:
        link, change = uuid.UUID(event.data["link"]), uuid.UUID(event.data["change"])
        yield Telling(event.object, about=link, by=event.actor, detail=change)


def _tell_ended(event: Event) -> Iterator[Telling]:
    """Who ended it is named; what ends by itself is told to both."""
    link, alone = uuid.UUID(event.data["link"]), event.data["alone"]
    if event.object is not None:
        yield Telling(event.object, about=link, by=None if alone else event.actor)
    if event.actor is not None and alone:
        yield Telling(event.actor, about=link)


def _changes(viewer: Viewer, details: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    return {one.id: " · ".join(words.change(one)) for one in queries.changes_of(details, viewer)}


def _say_asked(told: Told) -> str:
    return _("%(name)s asks for a family link with you.") % {"name": isolated(told.names[0])}


def _say_linked(told: Told) -> str:
    return _("%(name)s and you have a family link now.") % {"name": isolated(told.names[0])}


def _say_rules(told: Told) -> str:
    return _("%(name)s set what holds for you here.") % {"name": isolated(told.names[0])}


def _say_ended(told: Told) -> str:
    if told.names:
        return _("%(name)s ended the family link with you.") % {"name": isolated(told.names[0])}
    return _("A family link of yours has ended. What was set holds no more.")


def _family(_told: Told) -> str:
    return "/settings/family"


def _link(told: Told) -> str:
    return f"/settings/family/{told.about}"


declare(
    NoticeKind(
        "family-asked", gettext_lazy("Family links that others ask for"), "users",
        frozenset({kinds.ASKED, kinds.LINKED, kinds.CLOSED}), _tell_asked, _say_asked, _family,
    ),
    NoticeKind(
        "family-linked", gettext_lazy("New family links"), "users", frozenset({kinds.LINKED}), _tell_linked,
        _say_linked, _link, is_binding=True,
    ),
    NoticeKind(
        "family-rules", gettext_lazy("What a guardian sets for you"), "shield", frozenset({kinds.RULES_CHANGED}),
        _tell_rules, _say_rules, _link, _changes, is_binding=True,
    ),
    NoticeKind(
        "family-ended", gettext_lazy("Family links that end"), "users", frozenset({kinds.ENDED}), _tell_ended,
        _say_ended, _family, is_binding=True,
    ),
)  # fmt: skip
