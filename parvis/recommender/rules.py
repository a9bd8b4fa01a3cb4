"""What may not be shown to a viewer: masks over the batch."""

from dataclasses import dataclass

import numpy as np

from parvis.recommender.catalogue import Catalogue
from parvis.recommender.pipeline import Flags
from parvis.recommender.signals import Ints
from parvis.recommender.viewers import Request


@dataclass
class Open:
    """Out goes what is not published (any more), and what is for followers only where the viewer is none."""

    catalogue: Catalogue
    name: str = "not published"
    soft: bool = False

    def keep(self, request: Request, clips: Ints) -> Flags:
        catalogue = self.catalogue
        everyone = catalogue.everyone.take(clips)
        kept = catalogue.shown.take(clips) & everyone
        if not everyone.all():
            kept |= catalogue.shown.take(clips) & np.isin(catalogue.creator[clips], request.viewer.follows)
        return kept


@dataclass
class NotBlocked:
    """Out go clips of people blocked in either direction, what the viewer did not want, and the viewer's own."""

    catalogue: Catalogue
    name: str = "blocked, refused or own"
    soft: bool = False

    def keep(self, request: Request, clips: Ints) -> Flags:
        viewer, creators = request.viewer, self.catalogue.creator.take(clips)
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
        mark, seen = self.catalogue.scratch().mark, request.viewer.seen.all()
        mark[seen] = True
        mark[request.shown] = True
        kept: Flags = ~mark.take(clips)
        mark[seen] = False
        mark[request.shown] = False
        return kept


@dataclass
class AgeRules:
    """Out goes what is not for the viewer's age."""

    catalogue: Catalogue
    name: str = "age rules"
    soft: bool = False

    def keep(self, request: Request, clips: Ints) -> Flags:
        kept: Flags = self.catalogue.minimum_age.take(clips) <= request.age
        return kept
