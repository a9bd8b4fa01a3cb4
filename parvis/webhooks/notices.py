"""Whoever has an address told is told themselves when that stops."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from parvis.accounts.notices import NoticeKind, Telling, Told, declare
from parvis.events.models import Event
from parvis.webhooks.kinds import PAUSED


def _tell(event: Event) -> Iterator[Telling]:
    if event.actor is not None:
        yield Telling(event.actor, about=event.object)


def _say(_told: Told) -> str:
    return _("An address of your webhooks could not be reached and is told nothing any more. See why.")


declare(
    NoticeKind(
        "webhook-paused", gettext_lazy("Your webhooks"), "send", frozenset({PAUSED}), _tell, _say,
        lambda told: f"/settings/webhooks/{told.about}",
    )
)  # fmt: skip
