"""Whom reports and decisions tell of something in the inbox."""

import uuid
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from parvis.accounts.notices import NoticeKind, Telling, Told, declare
from parvis.events.models import Event
from parvis.safety.kinds import HELD


def _tell_held(event: Event) -> Iterator[Telling]:
    if event.object is not None:
        yield Telling(event.object, about=uuid.UUID(event.data["clip"]))


def _say_held(_told: Told) -> str:
    return _(
        "Your clip looks like one that was removed here. A moderator looks at it before others can see it; against what"
        " they decide you can appeal."
    )


declare(
    NoticeKind(
        "clip-held", gettext_lazy("Your clips wait for a moderator"), "clock", frozenset({HELD}), _tell_held,
        _say_held, lambda told: f"/c/{told.about}", shows_clip=True, is_binding=True,
    ),
)  # fmt: skip
