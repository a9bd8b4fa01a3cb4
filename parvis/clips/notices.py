"""Of what the workers make of a clip, its creator is told."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from parvis.accounts.notices import NoticeKind, Telling, Told, declare
from parvis.clips.kinds import FAILED, PROCESSED
from parvis.events.models import Event


def _tell(event: Event) -> Iterator[Telling]:
    if event.actor is not None:
        yield Telling(event.actor, about=event.object)


def _say_processed(_told: Told) -> str:
    return _("Your clip is ready to be watched.")


def _say_failed(_told: Told) -> str:
    return _("Your clip could not be made. See why, and what you can do.")


declare(
    NoticeKind(
        "clip-processed", gettext_lazy("Your clips are ready"), "circle-check", frozenset({PROCESSED}), _tell,
        _say_processed, lambda told: f"/c/{told.about}", shows_clip=True, digests=False,
    ),
    NoticeKind(
        "clip-failed", gettext_lazy("Your clips could not be made"), "triangle-alert", frozenset({FAILED}), _tell,
        _say_failed, lambda _told: "/mine", shows_clip=True,
    ),
)  # fmt: skip
