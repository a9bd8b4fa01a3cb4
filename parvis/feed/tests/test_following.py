"""The feed of those whom one follows: the same clips, however many creators and clips there are."""

import random
from uuid import UUID

import numpy as np
import pytest

from parvis.feed import pipelines
from parvis.feed.pipelines import Feeds, FromFollowed, NewestFromFollowed, Wish
from parvis.recommender.affinities import Affinities
from parvis.recommender.catalogue import Catalogue, Clip
from parvis.recommender.pools import Pools
from parvis.recommender.viewers import Viewer

CREATORS, CLIPS = 300, 30_000


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    dice, made = random.Random(7), Catalogue()
    creators = [UUID(int=1 + number) for number in range(CREATORS)]
    made.add([
        Clip(UUID(int=1_000_000 + n), creators[int(CREATORS * dice.random() ** 2)], created=float(n))
        for n in range(CLIPS)
    ])  # fmt: skip
    made.hide([UUID(int=1_000_000 + n) for n in range(0, CLIPS, 97)])
    return made


def wish(catalogue: Catalogue, creators: list[int], before: float = np.inf) -> Wish:
    numbers = np.array([catalogue.creator_number(UUID(int=1 + one)) for one in creators], np.int32)
    return Wish(Viewer(follows=numbers), 8, float(CLIPS), np.random.default_rng(0), before=before)


@pytest.mark.parametrize("count", [1, 10, 300])
@pytest.mark.parametrize("before", [np.inf, 20_000.0, 90.0])
def test_the_newest_of_those_who_are_followed_are_found_as_if_all_were_looked_up(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch, count: int, before: float
) -> None:
    monkeypatch.setattr(pipelines, "LOOKED_THROUGH", 5_000)
    request = wish(catalogue, random.Random(count).sample(range(CREATORS), count), before)
    everything = np.unique(FromFollowed(catalogue).find(request))
    newest = np.unique(NewestFromFollowed(catalogue).find(request))
    at_most, at_least = (clips[catalogue.created[clips] < before] for clips in (everything, newest))
    wanted = at_most[-pipelines.PAGE_SOURCE // 2 :]
    assert at_least[-len(wanted) :].tolist() == wanted.tolist()
    assert set(newest.tolist()) <= set(everything.tolist())


def test_who_follows_many_has_few_clips_looked_at(catalogue: Catalogue) -> None:
    found = NewestFromFollowed(catalogue).find(wish(catalogue, list(range(CREATORS))))
    assert pipelines.PAGE_SOURCE <= len(found) < 2_000


def test_what_is_left_out_makes_no_end_before_the_end(catalogue: Catalogue) -> None:
    """The newest hundreds are by somebody who is blocked: what stands below them still comes."""
    request = wish(catalogue, [0, 1])
    newest = np.unique(NewestFromFollowed(catalogue).find(request))
    blocked = int(catalogue.creator[newest[-1]])
    request.viewer.blocked = np.array([blocked], np.int32)
    mine = np.unique(FromFollowed(catalogue).find(request))
    wanted = mine[catalogue.creator[mine] != blocked][::-1]
    learner = Affinities(catalogue)
    feed = Feeds(catalogue, learner, Pools(catalogue)).by_name["following"]
    shown: list[int] = []
    while len(slate := feed.run(request).clips):
        shown += slate.tolist()
        request.after = shown[-1]
        request.before = float(catalogue.created[request.after])
    assert shown == wanted.tolist()
