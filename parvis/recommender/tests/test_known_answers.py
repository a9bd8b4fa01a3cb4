"""Every model that learns and every source that finds by a taste passes the same tests, on data with a known answer.

Which those are is found out by a walk over the package: one that is neither in MODELS nor in APART fails a test.
"""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from copy import copy
from functools import cache
from typing import NamedTuple

import numpy as np
import pytest

import parvis.recommender
from parvis.recommender import choices, durable, embed, near, newclips, secondlook, sources
from parvis.recommender.affinities import Affinities
from parvis.recommender.covisits import Covisits
from parvis.recommender.encoder.space import Space
from parvis.recommender.interests.model import Interests
from parvis.recommender.interests.subjects import Subjects
from parvis.recommender.interests.tired import Tired
from parvis.recommender.interface import Events, events_of, joined
from parvis.recommender.manifest import arrays_hash
from parvis.recommender.nextitem.blend import Blend
from parvis.recommender.nextitem.followers import Followers
from parvis.recommender.nextitem.neighbours import Neighbours
from parvis.recommender.nextitem.network import Network
from parvis.recommender.nextitem.ridge import Ridge
from parvis.recommender.offline import models
from parvis.recommender.ranker.calibration import Calibration
from parvis.recommender.ranker.heads import Heads
from parvis.recommender.ranker.ranker import Ranker
from parvis.recommender.signals import CODES, Ints
from parvis.recommender.streaming.stream import Stream
from parvis.recommender.tests import known
from parvis.recommender.tests.known import CLIPS, NOW, Fed, OfBlend, OfSequences, watches

TAUGHT = 64  # viewers of whom a model learns what goes with what


def key(number: int) -> int:
    """Return the key of a viewer: keys are bits of a hash, so no two are neighbours."""
    return 0xA1B2C3D4E5F60000 + 257 * number


def newcomers(name: str, test: int) -> list[int]:
    """Return four viewers whom no model has met, of one test of one model."""
    first = 1000 + 100 * list(MODELS).index(name) + 4 * test
    return [key(first + likes) for likes in range(4)]


def network() -> Network:
    return Network(CLIPS, width=32, state=32, hidden=32, epochs=60, rate=0.01, events=100, dropout=0.3)


def sequences(make: Callable[[], object]) -> Callable[[int], Fed]:
    return lambda groups: OfSequences(groups, make())  # type: ignore[arg-type]


def favourites(fed: known.OfLearner) -> sources.Favourites:
    return sources.Favourites(fed.catalogue, fed.learner)


def about(fed: known.OfLearner) -> sources.About:
    return sources.About(fed.learner, fed.pools)


def after(fed: known.OfLearner) -> near.Near:
    return near.Near(fed.catalogue, fed.served, probes=64, vector_of=Space.after, name="next")


def around(fed: known.OfLearner) -> near.Near:
    return near.Near(fed.catalogue, fed.served, probes=64, vector_of=Space.around, name="near")


TEACHERS: dict[str, Callable[[int], Fed]] = {
    "learner": known.OfLearner,
    "stream": known.OfStream,
    "ranker": known.OfRanker,
    "ridge": sequences(lambda: Ridge(CLIPS, penalty=5.0)),
    "head": sequences(lambda: models.Head(CLIPS)),
    "followers": sequences(lambda: Followers(CLIPS)),
    "neighbours": sequences(lambda: Neighbours(CLIPS)),
    "network": sequences(network),
    "blend": lambda groups: OfBlend(groups, Neighbours(CLIPS), Followers(CLIPS)),
    "embedding": known.OfEmbedding,
}


class Model(NamedTuple):
    """Which classes of the package it is; as whose part it is fed, and how it is asked; after how many showings a
    planted taste, and one that has changed, is to be there."""

    of: tuple[type, ...]
    taught: str
    ask: Callable[..., Ints] = Fed.best
    within: int = 12
    follows: int = 24


MODELS = {
    "learner": Model((Affinities,), "learner", follows=72),
    "co-visits": Model((Covisits,), "learner", known.by_covisits),
    "interests": Model((Interests, Subjects, Tired), "learner", known.by_interests, follows=72),
    "similar": Model((sources.Similar,), "learner", known.by_source(lambda fed: sources.Similar(fed.learner))),
    "favourites": Model((sources.Favourites,), "learner", known.by_source(favourites), follows=72),
    "about": Model((sources.About,), "learner", known.by_source(about, 6), follows=96),
    "encoder: next": Model((near.Near,), "learner", known.by_source(after)),
    "encoder: near": Model((near.Near,), "learner", known.by_source(around)),
    "stream": Model((Stream,), "stream"),
    "ranker": Model((secondlook.SecondLook, Ranker, Heads, Calibration), "ranker"),
    "ridge": Model((Ridge,), "ridge"),
    "head": Model((models.Head,), "head"),
    "followers": Model((Followers,), "followers"),
    "neighbours": Model((Neighbours,), "neighbours"),
    "network": Model((Network,), "network", within=20),
    "blend": Model((Blend,), "blend"),
    "embedding": Model((embed.Embedding,), "embedding"),
}
# What learns or finds but by no viewer's taste. Each has tests of its own.
APART: dict[type, str] = {
    newclips.NewClips: "what clips are worth to most: test_newclips",
    models.Popular: "the same for everybody: test_offline",
    sources.Following: "whom the viewer follows: test_feed",
    sources.Trending: "what most people like: test_affinities, test_feed",
    sources.Trials: "what is owed showings: test_feed",
    sources.Auditions: "the same: test_newclips",
    sources.Anything: "at random: test_feed",
    sources.Again: "what was seen long ago: test_feed",
    choices.Wanted: "what the viewer asked for: test_choices",
    durable.Durable: "keeps a learner: test_durable",
}
# A made-up world and what is compared in it are no part of the feed.
ELSEWHERE = ("parvis.recommender.simulator", "parvis.recommender.tests")
each = pytest.mark.parametrize("name", MODELS)


def lot(seed: int, n: int) -> np.ndarray:
    return np.random.default_rng(seed).choice(CLIPS, n, replace=False).astype(np.int32)


def taste(viewer: int, likes: int, groups: int, n: int, seed: int, at: float = NOW) -> Events:
    """A viewer of whom half of the n showings are of the liked group."""
    random = np.random.default_rng(seed)
    mine = random.choice(np.arange(likes, CLIPS, groups), n // 2, replace=False)
    rest = random.choice(np.flatnonzero(np.arange(CLIPS) % groups != likes), n - n // 2, replace=False)
    clips = random.permutation(np.concatenate([mine, rest])).astype(np.int32)
    return watches(viewer, clips, likes, groups, at - 5.0 * n)


def teach(name: str, groups: int) -> Fed:
    """Return a model that has learned from viewers who like one group each."""
    fed = TEACHERS[name](groups)
    for turn in range(3):  # viewers come and go: what each does is no one run of events
        for number in range(TAUGHT):
            clips, at = lot(number, 48)[16 * turn : 16 * turn + 16], NOW - 40_000 + 10_000 * turn + 90 * number
            fed.take(watches(key(number), clips, number % groups, groups, at))
    fed.nightly()
    return fed


@cache
def taught(name: str, groups: int) -> tuple[Fed, str]:
    """Return one that the tests share (each brings newcomers of its own), and a hash of what it has learned."""
    fed = teach(name, groups)
    return fed, arrays_hash(fed.arrays())


def share(name: str, fed: Fed, viewer: int, likes: int) -> float:
    """The part of the best ten that is of a group."""
    best = MODELS[name].ask(fed, viewer)
    assert len(best) >= 5
    return float(np.mean(best % fed.groups == likes))


@each
def test_on_a_checkerboard_the_clips_of_the_own_group_come_first(name: str) -> None:
    fed, _ = taught(MODELS[name].taught, 2)
    shares = [share(name, fed, key(number), number % 2) for number in range(16)]
    assert np.mean(shares) >= 0.9
    assert min(shares) >= 0.5


@each
def test_a_planted_interest_is_there_within_a_few_showings(name: str) -> None:
    fed, _ = taught(MODELS[name].taught, 4)
    shares = []
    for likes, viewer in enumerate(newcomers(name, 0)):
        fed.take(taste(viewer, likes, 4, MODELS[name].within, 7 + likes))
        shares.append(share(name, fed, viewer, likes))
    assert np.mean(shares) >= 0.8


@each
def test_a_taste_that_drifts_is_followed_and_the_old_one_fades(name: str) -> None:
    fed, _ = taught(MODELS[name].taught, 4)
    new, old = [], []
    for likes, viewer in enumerate(newcomers(name, 1)):
        turned = (likes + 1) % 4
        fed.take(taste(viewer, likes, 4, 24, 7 + likes, NOW - 4_000))
        fed.take(taste(viewer, turned, 4, MODELS[name].follows, 77 + likes))
        new.append(share(name, fed, viewer, turned))
        old.append(share(name, fed, viewer, likes))
    assert np.mean(new) >= 0.8
    assert np.mean(old) <= 0.2


def nonsense(viewer: int) -> Events:
    """Clips that there are none of, and numbers that are none."""
    return events_of(
        viewer, [-1, 10**6, 3, 4, 5, 6], [0, 0, 99, 0, 0, 0], [2e4, 2e4, 2e4, 2e4, np.inf, np.nan],
        [0, 0, 0, np.nan, 0, 0], [NOW, NOW, NOW, NOW, NOW, np.nan],
    )  # fmt: skip


@each
def test_nonsense_is_counted_and_teaches_nothing(name: str) -> None:
    fed, _ = taught(MODELS[name].taught, 4)
    counted, before = copy(fed.counted), arrays_hash(fed.arrays())
    fed.take(nonsense(newcomers(name, 2)[0]))
    assert fed.counted.unknown_clip == counted.unknown_clip + 2
    assert fed.counted.unknown_kind == counted.unknown_kind + 1
    assert fed.counted.not_finite == counted.not_finite + 3
    assert arrays_hash(fed.arrays()) == before


@each
def test_events_out_of_order_twice_or_of_the_future_among_nonsense_still_teach_the_taste(name: str) -> None:
    fed, _ = taught(MODELS[name].taught, 4)
    viewer, counted = newcomers(name, 3)[0], copy(fed.counted)
    good = taste(viewer, 2, 4, MODELS[name].within, 9)
    future = events_of(viewer, [2 + 4 * 40], CODES["watch"], 20_000.0, 0.0, NOW + 1e7)
    mixed = joined([good, good.take(np.array([3])), future, nonsense(viewer)])
    fed.take(mixed.take(np.random.default_rng(1).permutation(len(mixed))))
    assert fed.counted.repeated == counted.repeated + 1
    assert fed.counted.future == counted.future + 1
    assert fed.counted.disordered > counted.disordered
    assert share(name, fed, viewer, 2) >= 0.7


@pytest.mark.parametrize("name", TEACHERS)
def test_the_same_events_come_to_the_same_bits(name: str) -> None:
    assert arrays_hash(teach(name, 4).arrays()) == taught(name, 4)[1]


@each
def test_whom_nobody_knows_and_clips_that_are_hidden_are_no_trouble(name: str) -> None:
    fed, _ = taught(MODELS[name].taught, 4)
    viewer = newcomers(name, 4)[0]
    assert (MODELS[name].ask(fed, viewer) < CLIPS).all()
    fed.take(events_of(viewer, np.zeros(0, np.int32)))
    fed.catalogue.hide([fed.catalogue.ids[6]])
    fed.take(watches(viewer, np.array([6, 7], np.int32), 2, 4, NOW))
    fed.take(taste(viewer, 2, 4, MODELS[name].within, 9))
    assert share(name, fed, viewer, 2) >= 0.7


@each
def test_nobody_can_be_told_from_what_a_model_is_kept_as_once_it_is_to_forget_them(name: str) -> None:
    fed, _ = taught(MODELS[name].taught, 4)
    viewer = newcomers(name, 5)[0]
    fed.take(taste(viewer, 2, 4, 24, 9))
    fed.forget(viewer)
    raw = b"".join(array.tobytes() for array in fed.arrays().values())
    assert len(raw) > 1000
    assert viewer.to_bytes(8, "little") not in raw
    assert viewer.to_bytes(8, "big") not in raw


def walked() -> Iterator[type]:
    """Every class of the package that learns or finds."""
    for module in pkgutil.walk_packages(parvis.recommender.__path__, "parvis.recommender."):
        if module.name.startswith(ELSEWHERE):
            continue
        for _, one in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            does = any(callable(getattr(one, name, None)) for name in ("learn", "fit", "find"))
            if does and one.__module__ == module.name and not getattr(one, "_is_protocol", False):
                yield one


def test_whatever_learns_or_finds_is_in_this_suite_or_said_to_stand_apart() -> None:
    found = set(walked())
    covered = {one for model in MODELS.values() for one in model.of}
    assert found - covered - APART.keys() == set()
    assert covered | APART.keys() <= found | {Covisits}
    assert not covered & APART.keys()
