"""What may not be shown to a viewer: masks over the batch."""

from dataclasses import dataclass

import numpy as np

from parvis.recommender.catalogue import Catalogue
from parvis.recommender.pipeline import Flags
from parvis.recommender.signals import Ints
from parvis.recommender.viewers import Request


def seen_marks(catalogue: Catalogue, request: Request) -> Flags:
    """Return whether each clip was shown to the viewer, shape [room]: to be read at once, by the same thread.

    Made once for the stages of one request, and only what was marked for the one before is wiped.
    """
    scratch, seen = catalogue.scratch(), request.viewer.seen
    before = scratch.marked_of
    if before is None or before[0] is not request or before[1] is not request.shown or before[2] != seen.count:
        scratch.mark[scratch.marked] = False
        scratch.marked = np.concatenate([seen.all(), request.shown])
        scratch.mark[scratch.marked] = True
        scratch.marked_of = (request, request.shown, seen.count)
    return scratch.mark


@dataclass
class Open:
    """Out goes what is not published (any more), and what is for followers only where the viewer is none."""

    catalogue: Catalogue
    name: str = "not published"
    soft: bool = False

    def keep(self, request: Request, clips: Ints) -> Flags:
        catalogue = self.catalogue
        everyone = catalogue.everyone[clips]
        kept = catalogue.shown[clips] & everyone
        if not everyone.all():
            kept |= catalogue.shown[clips] & np.isin(catalogue.creator[clips], request.viewer.follows)
        return kept


@dataclass
class NotBlocked:
    """Out go clips of people blocked in either direction, what the viewer did not want, and the viewer's own."""

    catalogue: Catalogue
    name: str = "blocked, refused or own"
    soft: bool = False

    def keep(self, request: Request, clips: Ints) -> Flags:
        viewer, creators = request.viewer, self.catalogue.creator[clips]
        kept: Flags = creators != request.me
        if len(viewer.blocked):
            kept &= ~np.isin(creators, viewer.blocked)
        if len(viewer.refused):
            kept &= ~np.isin(clips, viewer.refused)
        return kept


@dataclass
class Unseen:
    """Out goes what the viewer was already shown."""

    catalogue: Catalogue
    name: str = "already seen"
    soft: bool = True

    def keep(self, request: Request, clips: Ints) -> Flags:
        kept: Flags = ~seen_marks(self.catalogue, request)[clips]
        return kept


@dataclass
class AgeRules:
    """Out goes what is not for the viewer's age."""

    catalogue: Catalogue
    name: str = "age rules"
    soft: bool = False

    def keep(self, request: Request, clips: Ints) -> Flags:
        kept: Flags = self.catalogue.minimum_age[clips] <= request.age
        return kept
