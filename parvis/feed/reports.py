"""Reports as pages send them: what was watched is kept and learned, and what was said by mistake is taken back."""

import time

from parvis.accounts.viewer import Viewer
from parvis.feed import actions
from parvis.feed.lessons import FROM_WATCHES, arrays_of
from parvis.feed.live import Live
from parvis.feed.models import TAKEN_BACK, UNDO
from parvis.feed.params import Event
from parvis.feed.writer import Wish


def take(live: Live, visitor: Viewer, events: list[Event]) -> dict[str, int]:
    """Store a report and learn from it. NotNow if it cannot be stored.

    Returns how many events are stored now and were not before, an "undo" that takes something back among them, and how
    many were left out because their clip is not there (any more).

    A refusal and its undo may come in one report, so the undos are looked at last. A crash between the two leaves
    the refusal; the page got no answer and sends both again.
    """
    answer = _watches(live, visitor, [event for event in events if event.kind != UNDO])
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


def _watches(live: Live, visitor: Viewer, events: list[Event]) -> dict[str, int]:
    index = live.catalogue.index
    kept = [event for event in events if event.clip in index]
    if not kept:
        return {"stored": 0, "ignored": len(events)}
    home, pseudonym = visitor.home, str(visitor.pseudonym)
    rows = [
        (
            str(one.id), home, pseudonym, str(one.slate) if one.slate else "null", str(one.position), str(one.clip),
            one.kind, str(one.watched_ms), str(one.loops), repr(one.at),
        )
        for one in kept
    ]  # fmt: skip
    fresh = live.writer.wait(live.writer.put(Wish(watches=rows)))
    new = [event for event, is_new in zip(kept, fresh, strict=True) if is_new]
    _learn(live, visitor, [event for event in new if event.kind in FROM_WATCHES])
    return {"stored": len(new), "ignored": len(events) - len(kept)}


def _learn(live: Live, visitor: Viewer, events: list[Event]) -> None:
    rows = [(visitor.pseudonym, one.clip, one.kind, one.watched_ms, one.loops, one.at) for one in events]
    arrays = arrays_of(live.catalogue, rows)  # some clips may have been erased meanwhile
    if not len(arrays):
        return
    now = time.time()
    known = live.company.at_hand(visitor.pseudonym)
    live.teaching.learn(arrays, now)
    live.learner.learn(arrays, now=now)
    if known is not None and known.loaded:
        with known.lock:
            known.watched(arrays, now)
            live.teaching.observe(known, arrays, live.company, now)
