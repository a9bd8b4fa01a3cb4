"""The loop: viewers come, are given slates, watch, and the recommender learns from what they did."""

import heapq
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from parvis.recommender.interface import Events
from parvis.recommender.signals import Floats, Ints
from parvis.recommender.simulator.world import Sitting, World


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


def run(world: World, recommender: Recommender, until: float | None = None) -> Record:
    """Run a world to the end of its days (or `until`, seconds since 1970) with a recommender in the loop.

    The same world (seed and settings) and a deterministic recommender give the same record, bit for bit. A world is
    used up by a run: make a new one for the next.
    """
    queue = [(plan[0][0], viewer, 0) for viewer, plan in enumerate(world.plans) if plan]
    heapq.heapify(queue)
    sittings: dict[int, Sitting] = {}
    parts: list[tuple[Ints, Ints, npt.NDArray[np.float64], Floats, npt.NDArray[np.bool_]]] = []
    while queue:
        now, viewer, number = heapq.heappop(queue)
        if until is not None and now >= until:
            break
        world.advance(now)
        sitting = sittings.get(viewer)
        if sitting is None:
            sitting = sittings[viewer] = world.sit(viewer, number)
        clips = recommender.slate(viewer, world.settings.slate, now)
        seen = world.watch(sitting, clips, now) if len(clips) else None
        if seen is not None:
            recommender.learn(seen.events)
            shows = seen.events.kind < 2  # watches and skips
            parts.append((np.full(len(seen.clips), viewer, np.int32), seen.clips, seen.events.at[shows],
                          seen.watched_s, seen.events.kind[shows] == 1))  # fmt: skip
        if seen is not None and not seen.left:
            heapq.heappush(queue, (seen.now, viewer, number))
            continue
        del sittings[viewer]
        ended = now if seen is None else seen.now
        plan = world.plans[viewer]
        following = next((at for at in range(number + 1, len(plan)) if plan[at][0] > ended), None)
        if following is not None:
            heapq.heappush(queue, (plan[following][0], viewer, following))
    return Record(*(np.concatenate(column) for column in zip(*parts, strict=True)))
