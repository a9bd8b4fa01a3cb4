"""Reports as pages send them: what was watched is kept and learned, and what was said by mistake is taken back."""

import time

from parvis.accounts.viewer import Viewer
from parvis.feed import actions, serving
from parvis.feed.live import Live
from parvis.feed.models import TAKEN_BACK, UNDO
from parvis.feed.params import Event


def take(live: Live, visitor: Viewer, events: list[Event]) -> dict[str, int]:
    """Store a report and learn from it; see `serving.watches`. An "undo" that takes something back counts as stored.

    A refusal and its undo may come in one report, so the undos are looked at last. A crash between the two leaves
    the refusal; the page got no answer and sends both again.
    """
    answer = serving.watches(live, visitor, [event for event in events if event.kind != UNDO])
    for event in events:
        if event.kind == UNDO:
            answer["stored"] += _undo(live, visitor, event)
    return answer


def _undo(live: Live, visitor: Viewer, event: Event) -> int:
    live.company.get(visitor, time.time())  # as the viewer was: whether this process learned the refusal
    found = actions.take_back(viewer=visitor, clip_id=event.clip, undo=event.id)
    if found:
        live.company.take_back([(visitor.pseudonym, event.clip, TAKEN_BACK)])
    return min(found, 1)
