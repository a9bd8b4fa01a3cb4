"""A feed that differs from another one in a few numbers, over the same catalogue and learner: an arm of an experiment.

What may differ: how much a part of the score weighs, how many clips a source finds, how far a slate is spread.
"""

import copy
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

import numpy as np

from parvis.recommender.interface import Scores
from parvis.recommender.pipeline import Pipeline, Refiner, Scorer
from parvis.recommender.signals import Floats, Ints

R = TypeVar("R")
SPREADS = ("creator", "sound", "tag")
MOST = {"part": 100.0, "source": 1000.0, "spread": 100.0}  # no setting is larger, and none is below 0


@dataclass
class Scaled(Generic[R]):
    """A scorer with each of its parts multiplied; `factors` [parts, 1]."""

    scorer: Scorer[R]
    factors: Floats

    def __post_init__(self) -> None:
        self.parts: tuple[str, ...] = self.scorer.parts

    def score(self, request: R, clips: Ints) -> Scores:
        found = self.scorer.score(request, clips)
        return Scores(found.names, found.values * self.factors)


@dataclass
class Refined(Generic[R]):
    """A refiner with each of its parts multiplied; `factors` [parts, 1]."""

    refiner: Refiner[R]
    factors: Floats

    def __post_init__(self) -> None:
        self.parts: tuple[str, ...] = self.refiner.parts

    def most(self, request: R) -> int:
        return self.refiner.most(request)

    def refine(self, request: R, clips: Ints, values: Floats) -> Floats:
        refined: Floats = self.refiner.refine(request, clips, values) * self.factors
        return refined


def settings(pipeline: Pipeline[R]) -> dict[str, float]:
    """Return what may differ in a variant, with its value in `pipeline`.

    `part.NAME`: a part of the score times so much (1); `source.NAME`: at most so many clips, 0 for none;
    `spread.NAME`: what a further clip of the same creator, sound or tag loses.
    """
    sources = [one for one in pipeline.sources if hasattr(one, "most") and not _is_said(one)]
    scorers: list[Any] = [one for one in pipeline.scorers if not _is_said(one)]
    if pipeline.refiner is not None:
        scorers.append(pipeline.refiner)
    selector: Any = pipeline.selector
    while hasattr(selector, "inner"):
        selector = selector.inner
    found = {f"part.{_word(name)}": 1.0 for one in scorers for name in one.parts}
    found |= {f"source.{_word(one.name)}": float(getattr(one, "most")) for one in sources}  # noqa: B009
    found |= {f"spread.{name}": float(getattr(selector, name)) for name in SPREADS if hasattr(selector, name)}
    return found


def check(pipeline: Pipeline[R], changes: Mapping[str, float]) -> None:
    """ValueError, in words, for a setting that the pipeline does not have or a value out of its range."""
    known = settings(pipeline)
    for name, value in changes.items():
        if name not in known:
            raise ValueError(f"{name} is none of the feed's settings: {', '.join(sorted(known))}")
        most = MOST[name.partition(".")[0]]
        if not (math.isfinite(value) and 0 <= value <= most):
            raise ValueError(f"{name} is a number from 0 to {most:g}")
        if name.startswith("source.") and value != int(value):
            raise ValueError(f"{name} is a whole number of clips")


def variant(pipeline: Pipeline[R], changes: Mapping[str, float]) -> Pipeline[R]:
    """Return the pipeline with some settings changed. Stages are shared where nothing changes in them, and what they
    know always; a failure of a source counts for both. ValueError as `check`."""
    check(pipeline, changes)
    return replace(
        pipeline,
        sources=[_source(one, changes) for one in pipeline.sources],
        scorers=[_scorer(one, changes) for one in pipeline.scorers],
        refiner=_refiner(pipeline.refiner, changes),
        selector=_selector(pipeline.selector, changes),
    )


def _source(source: Any, changes: Mapping[str, float]) -> Any:
    most = changes.get(f"source.{_word(source.name)}")
    if most is None:
        return source
    other = copy.copy(source)
    other.most = int(most)
    return other


def _selector(selector: Any, changes: Mapping[str, float]) -> Any:
    other = copy.copy(selector)
    if hasattr(other, "inner"):
        other.inner = _selector(other.inner, changes)
    for name in SPREADS:
        if (setting := f"spread.{name}") in changes and hasattr(other, name):
            setattr(other, name, changes[setting])
    return other


def _is_said(stage: object) -> bool:
    """Whether a stage does what viewers said: that is no matter for experiments."""
    return bool(getattr(stage, "is_said", False))


def _scorer(scorer: Scorer[R], changes: Mapping[str, float]) -> Scorer[R]:
    factors = _factors(scorer.parts, changes)
    return scorer if (factors == 1).all() else Scaled(scorer, factors)


def _refiner(refiner: Refiner[R] | None, changes: Mapping[str, float]) -> Refiner[R] | None:
    if refiner is None:
        return None
    factors = _factors(refiner.parts, changes)
    return refiner if (factors == 1).all() else Refined(refiner, factors)


def _factors(parts: tuple[str, ...], changes: Mapping[str, float]) -> Floats:
    return np.array([[changes.get(f"part.{_word(part)}", 1.0)] for part in parts], np.float32)


def _word(name: str) -> str:
    """Return a name as it is typed: without blanks."""
    return re.sub(r"\W+", "-", name)
