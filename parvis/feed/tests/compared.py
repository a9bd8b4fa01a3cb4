"""Experiments for tests: planned, started, and lived through by made-up viewers."""

import random
from typing import Any
from uuid import UUID

from parvis.feed.experiments import actions
from parvis.feed.experiments.arms import split_of
from parvis.feed.models import Experiment, Recipe, Slate, Watch
from parvis.kit.ids import uuid7

NOISY = {"part.luck": 3.0}


def planned(name: str = "more-luck", **more: Any) -> Experiment:
    return actions.plan(viewer=None, name=name, **{"way_a": {}, "way_b": NOISY, **more})


def started(name: str = "more-luck", **more: Any) -> Experiment:
    experiment = planned(name, **more)
    actions.start(viewer=None, experiment=experiment)
    return experiment


def lived(experiment: Experiment, viewers: int, seconds: dict[str, float], *, refusing: float = 0.0) -> None:
    """Rows as the feed and the pages would have left them: each viewer has a leaning of their own. What is drawn is the
    same in every run: of the names that chance makes, those are taken that the split puts where the dice say."""
    dice = random.Random(7)
    recipes = {}
    for arm in ("A", "B"):
        about = {"id": str(experiment.id), "arm": arm}
        recipes[arm] = Recipe.objects.create(id=uuid7().int % 2**40, feed="for-you", body={"experiment": about}).id
    slates, watches = [], []
    split = split_of(experiment)
    for _ in range(viewers):
        arm, leaning = dice.choice("AB"), dice.gauss(0, 1.5)
        pseudonym = next(one for one in iter(uuid7, None) if split.arm(one.bytes) == arm)
        slate = Slate(id=uuid7(), home="FR", pseudonym=pseudonym, feed="for-you", recipe=recipes[arm], trace=b"",
                      clips=[UUID(int=n) for n in range(8)])  # fmt: skip
        slates.append(slate)
        for clip in slate.clips:
            ms = max(int(1000 * (seconds[arm] + leaning + dice.gauss(0, 3))), 0)
            refuses = arm == "B" and dice.random() < refusing
            watches.append(Watch(id=uuid7(), home="FR", pseudonym=pseudonym, slate=slate.id, clip=clip,
                                 kind="not-interested" if refuses else "watch", watched_ms=ms))  # fmt: skip
    Slate.objects.bulk_create(slates)
    Watch.objects.bulk_create(watches)
