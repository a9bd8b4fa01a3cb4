"""What the feed of one process learns from what viewers do: about clips, about new clips on trial, and the second look.

Showings and watches of clips are counted when the clips are judged the next time, by the one thread that judges.
"""

from collections import deque
from uuid import UUID

import numpy as np
from django.conf import settings

from parvis.feed.company import Company, Known
from parvis.feed.models import PERSONAL
from parvis.recommender.affinities import Affinities
from parvis.recommender.interface import Events, events_of
from parvis.recommender.newclips import NewClips, TrialRules
from parvis.recommender.ranking import Place
from parvis.recommender.secondlook import SecondLook
from parvis.recommender.signals import CODES, WATCHED, Floats, Ints

NEW_DAYS = 14.0  # a clip that is older than this when the process first sees it is not tried
TRIALS_S = 10.0  # so often trials begin and end: it looks at every clip
LATELY = 16  # a follow belongs to the clip of that creator among the last ones shown


class Teaching:
    """The learner, the trials of new clips and the second look, together. `judge` in one thread; others anywhere."""

    def __init__(self, learner: Affinities) -> None:
        self.learner = learner
        self.trials = NewClips(learner.catalogue, TrialRules(admitted_s=NEW_DAYS * 86_400))
        self.second = SecondLook(learner.catalogue, len(learner.parts) + len(Place.parts), settings.PARVIS_FEED_WEIGHTS)
        self._shown: deque[Ints] = deque()
        self._watched: deque[tuple[Ints, Floats]] = deque()
        self._tried_at = -np.inf

    def exposed(self, clips: Ints) -> None:
        """Count a showing of each clip, when the clips are judged the next time."""
        self._shown.append(clips)

    def learn(self, events: Events, now: float) -> None:
        """Learn about clips from anybody's events."""
        events = events.clean(self.learner.catalogue.size, now)
        watches = events.take(WATCHED[events.kind])
        if len(watches):
            self._watched.append((watches.clip, self.learner.surprise(watches)))
        self.learner.learn(events, now=now)

    def observe(self, known: Known, events: Events, company: Company, now: float) -> None:
        """Learn about one viewer from that viewer's own events, unless nothing is to be learned of them."""
        if known.mode == PERSONAL:
            self.second.learn(known.state, events.clean(self.learner.catalogue.size, now))
            company.observe(known, events, now)

    def followed(self, known: Known | None, creator: UUID) -> None:
        """Put a follow down to the clip of that creator which the viewer was shown last."""
        if known is None or known.mode != PERSONAL:
            return
        catalogue, lately = self.learner.catalogue, known.state.seen.last(LATELY)[::-1]
        theirs = lately[catalogue.creator[lately] == catalogue.creators.number.get(creator, -1)]
        self.second.learn(known.state, events_of(known.key, theirs[:1], CODES["follow"]))

    def judge(self, now: float) -> None:
        """Bring what is known of clips up to date: showings, trials, and what the second look waited for."""
        if now - self._tried_at >= TRIALS_S:
            self.trials.refresh(now)
            self._tried_at = now
        if shown := [self._shown.popleft() for _ in range(len(self._shown))]:
            clips = np.concatenate(shown)
            self.learner.exposed(clips)
            self.trials.exposed(clips)
        for clips, surprise in [self._watched.popleft() for _ in range(len(self._watched))]:
            self.trials.learn(clips, surprise)
        self.second.settle(now)

    def admit(self, now: float) -> None:
        """Take the clips that are there into account, before what is known of them is read."""
        self.trials.refresh(now)
