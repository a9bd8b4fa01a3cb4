"""The ranker in a feed: it looks closer at the best clips of the learner, and learns from what became of those shown.

Its numbers about a showing are the parts of the score that were given when the clip was chosen. They are kept with the
viewer, for the last few lists only: made anew when the watch is told, they would know of a like that came before the
watch, which is what they are to foretell. A showing of which they are not kept (another process chose the clip, or it
was long ago) teaches only what hangs on viewer, clip, creator, tags and length.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from parvis.recommender.catalogue import Catalogue
from parvis.recommender.interface import Events
from parvis.recommender.pipeline import Slate
from parvis.recommender.ranker import HEADS, PARTS, Layout, Outcomes, Ranker, Showings, Tuning
from parvis.recommender.signals import CODES, WATCHED, Floats, Ints, satisfaction
from parvis.recommender.viewers import Request, Viewer

LAYOUT = Layout(
    ("viewer", "clip", "creator", "tag", "second tag", "length"),
    (("viewer", "tag"), ("viewer", "creator"), ("viewer", "length"), ("tag", "length")),
)
CLOSER = 32  # as many as are spread over a slate
MOST = 48  # in a list of several slates: what stands further down is for those who go on without giving a sign
TRUST = 5000  # showings learned when the ranker has half of its weight
TOGETHER = 128
WAITING = 50_000  # what is told beyond them in one second is not learned
ACTED = 16_384  # acts that wait for their watch
LONG_VIEW, SKIP = HEADS.index("long view"), HEADS.index("skip")
BIT = {CODES[kind]: 1 << HEADS.index(kind.replace("-", " "))
       for kind in ("like", "share", "follow", "comment", "not-interested")}  # fmt: skip
UNLIKE, LIKE = CODES["unlike"], BIT[CODES["like"]]


@dataclass(frozen=True, slots=True)
class Told:
    """One watch or skip that is to be learned. `numbers`: None where they are not kept."""

    viewer: int
    clip: int
    kind: int
    watched_ms: float
    loops: float
    at: float
    numbers: Floats | None


class SecondLook:
    """A refiner of pipelines whose scorers have `numbers` parts first (further ones are none of its business, such as
    what the viewer said). `settle` in one background thread; the rest anywhere.

    Parts are told against their mean over the clips looked at, so that who was not looked at loses nothing by it, and
    grow with what was learned: their weight is n / (n + TRUST) after n showings.
    """

    parts: tuple[str, ...] = PARTS

    def __init__(self, catalogue: Catalogue, numbers: int, worth: Mapping[str, float] | None = None) -> None:
        self.catalogue, self.numbers = catalogue, numbers
        self.ranker = Ranker(Tuning(extra=numbers, worth=worth, layout=LAYOUT, together=TOGETHER))
        self._fresh: list[Told] = []
        self._waiting: list[Told] = []
        self._acted: dict[tuple[int, int], int] = {}  # by viewer and clip, as bits of HEADS

    @property
    def trust(self) -> float:
        """The part of its full weight that the ranker has."""
        learned = self.ranker.counts["learned"] - self.ranker.counts["numbers not known"]
        return learned / (learned + TRUST)

    def most(self, request: Request) -> int:
        """Return how many clips are looked at for a request: more for a list of several slates, up to MOST. What stands
        further down keeps the first order."""
        return min(CLOSER + request.n * (request.slates - 1), MOST)

    def refine(self, request: Request, clips: Ints, values: Floats) -> Floats:
        """Return PARTS of clips, [len(PARTS), clips]."""
        trust = self.trust
        if not trust:
            return np.zeros((len(PARTS), len(clips)), np.float32)
        fields = self._fields(np.uint64(request.viewer.key), clips)
        showings = Showings(fields, values[: self.numbers].T, np.full(len(clips), request.now))
        parts = self.ranker.score(showings).values
        parts -= parts.sum(axis=1, keepdims=True) / np.float32(len(clips))
        parts *= np.float32(trust)
        return parts

    def chosen(self, viewer: Viewer, slate: Slate) -> None:
        """Keep by what numbers these clips were chosen."""
        viewer.judged.append((slate.clips, slate.trace.parts[: self.numbers]))

    def learn(self, viewer: Viewer, events: Events) -> None:
        """Take in what one viewer did. Watches are learned at the second `settle` from now: acts that were told
        before, or until then, belong to them."""
        columns = (events.clip, events.kind, events.watched_ms, events.loops, events.at)
        for clip, kind, watched_ms, loops, at in zip(*(column.tolist() for column in columns), strict=True):
            if WATCHED[kind]:
                if len(self._fresh) < WAITING:
                    numbers = _kept(viewer, clip)
                    self._fresh.append(Told(viewer.key, clip, kind, watched_ms, loops, at, numbers))
                continue
            acted = self._acted.pop((viewer.key, clip), 0)
            acted = acted & ~LIKE if kind == UNLIKE else acted | BIT[kind]
            if acted:
                self._acted[viewer.key, clip] = acted

    def forget(self, viewers: Iterable[int]) -> None:
        """Keep nothing that waits to be learned of these viewers (keys). In the thread of `settle`. What was learned
        stays, without a name, in rows that many share."""
        gone = set(viewers)
        self._fresh = [one for one in self._fresh if one.viewer not in gone]
        self._waiting = [one for one in self._waiting if one.viewer not in gone]
        for key in [key for key in list(self._acted) if key[0] in gone]:
            self._acted.pop(key, None)

    def settle(self, now: float) -> None:
        """Learn what was told before the last call. Call it every second or so."""
        told, self._waiting, self._fresh = self._waiting, self._fresh, []
        if told:
            self.ranker.learn(*self._showings(told), now=now)
        for key in list(self._acted)[: max(len(self._acted) - ACTED, 0)]:
            self._acted.pop(key, None)

    def _showings(self, told: list[Told]) -> tuple[Showings, Outcomes]:
        n = len(told)
        clip = np.array([one.clip for one in told], np.int32)
        kind = np.array([one.kind for one in told], np.uint8)
        watched = np.array([(one.watched_ms, one.loops) for one in told], np.float32)
        bits = np.array([self._acted.pop((one.viewer, one.clip), 0) for one in told])
        acts = (bits[:, None] >> np.arange(len(HEADS)) & 1).astype(np.float32)
        length = self.catalogue.duration_ms[clip]
        acts[:, LONG_VIEW] = satisfaction(kind, watched[:, 0], watched[:, 1], length) > 0
        acts[:, SKIP] = kind == CODES["skip"]
        unknown = np.full(self.numbers, np.nan, np.float32)
        extra = np.stack([unknown if one.numbers is None else one.numbers for one in told])
        fields = self._fields(np.array([one.viewer for one in told], np.uint64), clip)
        showings = Showings(fields, extra, np.array([one.at for one in told]))
        return showings, Outcomes(np.zeros(n, np.uint64), acts, watched[:, 0] / np.float32(1000))

    def _fields(self, viewer: npt.NDArray[np.uint64] | np.uint64, clips: Ints) -> npt.NDArray[np.int64]:
        catalogue = self.catalogue
        fields = np.empty((len(clips), len(LAYOUT.fields)), np.int64)
        fields[:, 0] = viewer >> np.uint64(1)
        fields[:, 1] = clips
        fields[:, 2] = catalogue.creator[clips]
        tags = catalogue.tags[clips][:, :2]
        np.subtract(tags, tags == 0, out=fields[:, 3:5])
        fields[:, 5] = catalogue.length[clips]
        return fields


def _kept(viewer: Viewer, clip: int) -> Floats | None:
    """Return the numbers by which a clip was chosen last, if they are still kept."""
    for clips, numbers in reversed(tuple(viewer.judged)):
        where = np.flatnonzero(clips == clip)
        if len(where):
            kept: Floats = numbers[:, where[0]]
            return kept
    return None
