"""What the feed of one process learns beside the learner: about new clips on trial, and for the second look.

It ends with the process: trials begin again with what the learner knows, the second look with nothing. Showings and
watches of clips are counted when the clips are judged the next time, by the one thread that judges.
"""

from collections import deque
from collections.abc import Iterable
from uuid import UUID

import numpy as np
from django.conf import settings

from parvis.feed.company import Company, Known
from parvis.feed.encoding import Encoded
from parvis.feed.models import PERSONAL
from parvis.feed.pipelines import Feeds, Texts, no_texts
from parvis.recommender.affinities import Affinities
from parvis.recommender.interface import Events, events_of
from parvis.recommender.newclips import NewClips, TrialRules
from parvis.recommender.pools import Pools
from parvis.recommender.ranking import Place
from parvis.recommender.secondlook import SecondLook
from parvis.recommender.signals import CODES, WATCHED, Floats, Ints

NEW_DAYS = 14.0  # a clip that is older than this when the process first sees it is not tried
TRIALS_S = 10.0  # so often trials begin and end: it looks at every clip
LATELY = 16  # a follow belongs to the clip of that creator among the last ones shown


class Teaching:
    """The trials of new clips and the second look, of one learner. `judge` in one thread; others anywhere."""

    def __init__(self, learner: Affinities) -> None:
        self.learner = learner
        self.trials = NewClips(learner.catalogue, TrialRules(admitted_s=NEW_DAYS * 86_400))
        self.second = SecondLook(learner.catalogue, len(learner.parts) + len(Place.parts), settings.PARVIS_FEED_WEIGHTS)
        self.encoded = Encoded(learner.catalogue)
        self._shown: deque[Ints] = deque()
        self._watched: deque[tuple[Ints, Floats]] = deque()
        self._tried_at = -np.inf

    def feeds(self, pools: Pools, texts: Texts = no_texts) -> Feeds:
        """Return the feeds over the learner's catalogue, For You with trials and the second look. `texts` gives the
        words of clips, for those who mute some."""
        feeds = Feeds(self.learner.catalogue, self.learner, pools, self.trials, self.encoded.served, texts)
        feeds.by_name["for-you"].look_twice(self.second)
        return feeds

    def begin(self, now: float) -> None:
        """Begin the trials with what the learner knows, wherever it has it from."""
        self.trials.begin(self.learner.shows, self.learner.good, self.learner.seen, now)

    def exposed(self, clips: Ints) -> None:
        """Count a showing of each clip, when the clips are judged the next time."""
        self._shown.append(clips)

    def learn(self, events: Events, now: float) -> None:
        """Learn about clips on trial from anybody's events: before the learner does, which they may surprise."""
        events = events.clean(self.learner.catalogue.size, now)
        watches = events.take(WATCHED[events.kind])
        if len(watches):
            self._watched.append((watches.clip, self.learner.surprise(watches)))

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
        self.encoded.refresh()
        if now - self._tried_at >= TRIALS_S:
            self.encoded.look()
            self.trials.refresh(now)
            self._tried_at = now
        if shown := [self._shown.popleft() for _ in range(len(self._shown))]:
            clips = np.concatenate(shown)
            self.learner.exposed(clips)
            self.trials.exposed(clips)
        for clips, surprise in [self._watched.popleft() for _ in range(len(self._watched))]:
            self.trials.learn(clips, surprise)
        self.second.settle(now)

    def forget(self, viewers: Iterable[int]) -> None:
        """Keep nothing that waits to be learned of these viewers (keys)."""
        self.second.forget(viewers)
