"""What the learner keeps of one viewer, and the weights by which it judges."""

from dataclasses import dataclass, field

import numpy as np

from parvis.recommender.catalogue import BUCKETS
from parvis.recommender.interests import Recollection
from parvis.recommender.signals import Floats, Ints


@dataclass(frozen=True)
class Weights:
    """Every number of the model. An operator may change them; `parts` are shown to viewers in words."""

    interest: float = 1.0
    creator: float = 0.35
    sound: float = 0.15
    language: float = 0.2
    market: float = 0.1
    length: float = 0.1
    tag: float = 0.3
    similar: float = 0.45
    quality: float = 0.5
    trend: float = 0.04
    fresh: float = 0.1
    memory: float = 0.985  # what is left of an opinion after one further event: half of it after 46
    doubt: float = 1.5  # an opinion rests on evidence / (evidence + doubt)
    quality_doubt: float = 4.0
    quality_days: float = 5.0  # half-life of the evidence about a clip
    trend_hours: float = 6.0
    fresh_days: float = 3.0


@dataclass
class Taste:
    """One viewer: per feature bucket [sum of surprise, evidence], the viewer's own mean, and what was liked last."""

    opinion: Floats = field(default_factory=lambda: np.zeros((BUCKETS, 2), np.float32))
    mean: Floats = field(default_factory=lambda: np.zeros(2, np.float32))
    liked: Ints = field(default_factory=lambda: np.empty(0, np.int32))
    events: int = 0
    kin: tuple[Ints, Floats, Ints] | None = None  # followers of `liked` and their strength; each once, strongest first
    belief: Floats | None = None  # opinion per bucket, -1 to 1 or so; like `kin` made when asked for
    recollection: Recollection = field(default_factory=Recollection)
    language: int = -1  # the number of the viewer's own, if it is known
