"""The loop: viewers come, are given slates, watch, and the recommender learns from what they did."""

import heapq
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from parvis.recommender.interface import Events
from parvis.recommender.signals import Floats, Ints
from parvis.recommender.simulator.world import Seen, Sitting, World


class Recommender(Protocol):
    """Anything that chooses clips. It sees the world's catalogue and the events, and nothing else of the world."""

    def slate(self, viewer: int, n: int, now: float) -> Ints:
        """Return up to n clips (catalogue indices, no repeats) for a viewer; none ends the session."""

    def learn(self, events: Events) -> None:
        """Take in what one viewer did with a slate; a clip was shown if there is a watch or skip of it."""


@dataclass(frozen=True)
class Record:
    """Every showing in order of time, one array per field, all [showings]; `watched_s` in seconds."""

    viewer: Ints
    clip: Ints
    at: npt.NDArray[np.float64]
    watched_s: Floats
    skipped: npt.NDArray[np.bool_]


Shown = tuple[Ints, Ints, npt.NDArray[np.float64], Floats, npt.NDArray[np.bool_]]  # as the fields of a Record


def run(world: World, recommender: Recommender, until: float | None = None) -> Record:
    """Run a world to the end of its days (or `until`, seconds since 1970) with a recommender in the loop.

    The same world (seed and settings) and a deterministic recommender give the same record, bit for bit. A world is
    used up by a run: make a new one for the next.
    """
    queue = [(plan[0][0], viewer, 0) for viewer, plan in enumerate(world.plans) if plan]
    heapq.heapify(queue)
    sittings: dict[int, Sitting] = {}
    shown: list[Shown] = []
    while queue:
        now, viewer, number = heapq.heappop(queue)
        if until is not None and now >= until:
            break
        world.advance(now)
        sitting = sittings.get(viewer) or sittings.setdefault(viewer, world.sit(viewer, number))
        seen = _slate(world, recommender, sitting, viewer, now)
        if seen is not None:
            shown.append(_shown(viewer, seen))
            if not seen.left:
                heapq.heappush(queue, (seen.now, viewer, number))
                continue
        del sittings[viewer]
        if (following := _next_plan(world, viewer, number, now if seen is None else seen.now)) is not None:
            heapq.heappush(queue, following)
    return Record(*(np.concatenate(column) for column in zip(*shown, strict=True)))


def _slate(world: World, recommender: Recommender, sitting: Sitting, viewer: int, now: float) -> Seen | None:
    """Show a viewer a slate, and have the recommender learn from it; None if it has nothing to show."""
    clips = recommender.slate(viewer, world.settings.slate, now)
    if not len(clips):
        return None
    seen = world.watch(sitting, clips, now)
    recommender.learn(seen.events)
    return seen


def _shown(viewer: int, seen: Seen) -> Shown:
    watched = seen.events.kind < 2  # watches and skips
    kind, at = seen.events.kind[watched], seen.events.at[watched]
    return np.full(len(seen.clips), viewer, np.int32), seen.clips, at, seen.watched_s, kind == 1


def _next_plan(world: World, viewer: int, number: int, ended: float) -> tuple[float, int, int] | None:
    """Return when a viewer comes again after a session, and to which of the planned ones."""
    plan = world.plans[viewer]
    following = next((at for at in range(number + 1, len(plan)) if plan[at][0] > ended), None)
    return None if following is None else (plan[following][0], viewer, following)
