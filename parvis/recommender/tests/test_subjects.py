from uuid import UUID

import numpy as np
import pytest

from parvis.recommender.catalogue import Catalogue, Clip
from parvis.recommender.interests import Interests, Recollection
from parvis.recommender.interests.clips import FIRST_FIT
from parvis.recommender.interests.shape import LANGUAGE
from parvis.recommender.interests.subjects import SUBJECTS, Subjects
from parvis.recommender.interests.tired import CREATOR_S, SUBJECT_S, Tired
from parvis.recommender.interface import Events, events_of
from parvis.recommender.pools import Pools
from parvis.recommender.signals import CODES
from parvis.recommender.simulator.settings import Settings
from parvis.recommender.simulator.world import World
from parvis.recommender.sources import About
from parvis.recommender.tests.world import NOW
from parvis.recommender.tests.world import World as Small
from parvis.recommender.viewers import Viewer

THINGS = 6


def catalogue(n: int, *, languages: int = 1) -> Catalogue:
    """Clip i is about thing i % 6: it has two of its three tags, and its creators make nothing else."""
    made, dice = Catalogue(), np.random.default_rng(2)
    made.add([
        Clip(
            id=UUID(int=1 + i), creator=UUID(int=1 + i % (4 * THINGS)), duration_ms=60_000, created=NOW - 1e6,
            language=f"l{i % languages}",
            tags=tuple(f"t{i % THINGS}{one}" for one in dice.choice(3, 2, replace=False)),
        )
        for i in range(n)
    ])  # fmt: skip
    return made


def watches(viewer: int, clips: list[int], seconds: float, at: float = NOW, every: float = 1.0) -> Events:
    return events_of(viewer, clips, CODES["watch"], 1000 * seconds, 0.0, at + every * np.arange(len(clips)))


def test_clips_that_share_tags_and_creators_are_about_one_subject_and_new_ones_are_placed_by_them() -> None:
    made, subjects = catalogue(300), Subjects()
    subjects.fit(made.features[:300])
    main = subjects.of(made.features[:300]).argmax(axis=1)
    each = [np.bincount(main[thing::THINGS], minlength=SUBJECTS) for thing in range(THINGS)]
    assert len({int(counts.argmax()) for counts in each}) == THINGS
    assert min(int(np.count_nonzero(counts)) for counts in each) >= 1
    assert all(not (each[one] * each[other]).any() for one in range(THINGS) for other in range(one))
    new = made.add([Clip(id=UUID(int=9999), creator=UUID(int=777), tags=("t20", "t22"))])
    assert each[2][int(subjects.of(made.features[new]).argmax())] > 0


def test_what_tags_betray_for_the_most_part_is_found_in_a_made_up_world() -> None:
    world = World(5, Settings(viewers=10))
    subjects, n = Subjects(), world.catalogue.size
    subjects.fit(world.catalogue.features[:n])
    main = subjects.of(world.catalogue.features[:n]).argmax(axis=1)
    together = np.zeros((SUBJECTS, world.settings.topics))
    np.add.at(together, (main, world.stock.topic[:n]), 1)
    assert together.max(axis=1).sum() / n > 0.8  # three tags in four are of the subject


def test_the_same_clips_give_the_same_table_and_without_tags_nothing_is_told_apart() -> None:
    made, one, other = catalogue(120), Subjects(), Subjects()
    for subjects in (one, other):
        subjects.fit(made.features[:120])
    assert one.table.tobytes() == other.table.tobytes()
    bare, none = Catalogue(), Subjects()
    bare.add([Clip(id=UUID(int=1 + i), creator=UUID(int=1 + i)) for i in range(80)])
    none.fit(bare.features[:80])
    assert np.allclose(none.of(bare.features[:80]), 1 / SUBJECTS)


def test_a_viewer_who_stays_with_a_subject_is_told_to_like_what_is_about_it() -> None:
    interests, mine = Interests(catalogue(300)), Recollection()
    interests.learn(watches(1, list(range(FIRST_FIT)), 5.0))
    assert interests.vectors.fitted == 300
    interests.observe(mine, watches(2, [0, 6, 12, 18], 50.0))
    interests.observe(mine, watches(2, [1, 2, 3, 4, 7, 8], 0.5))
    rest = np.arange(100, 280)
    beyond = interests.vectors.rows(rest) @ interests.of(mine)
    assert beyond[rest % THINGS == 0].min() > beyond[rest % THINGS != 0].max()


def test_a_clip_whose_tags_say_something_else_is_found_by_who_stays_with_it() -> None:
    """Clip 7 is tagged as about thing 1. Viewers of thing 4 stay with it and those of thing 1 leave."""
    interests, wrong = Interests(catalogue(300)), 7
    interests.learn(watches(1, list(range(FIRST_FIT)), 5.0))
    for viewer in range(2, 80):
        likes = 4 if viewer % 2 else 1
        mine = [clip for clip in range(60, 300) if clip % THINGS == likes][viewer % 5 :: 5]
        interests.learn(watches(viewer, mine, 50.0))
        interests.learn(watches(viewer, [clip + 1 for clip in mine[:5]], 0.5))
        interests.learn(watches(viewer, [wrong], 50.0 if likes == 4 else 0.5))
    (said, found), moved = interests.vectors.about(np.array([1, 10])), interests.vectors.about(np.array([wrong]))[0]
    assert moved @ said < 0.9
    assert moved @ found > 0.1
    fans = Recollection(), Recollection()
    for one, thing in zip(fans, (4, 1), strict=True):
        interests.observe(one, watches(999, list(range(60 + thing, 120, THINGS)), 50.0))
    rather = interests.of(fans[0]) - interests.of(fans[1])
    its, labelled_alike = interests.vectors.rows(np.array([wrong, 13])) @ rather
    assert its > labelled_alike + 0.1


def test_what_was_found_out_of_a_clip_stays_with_its_subject_when_subjects_are_numbered_anew() -> None:
    vectors = Interests(catalogue(300)).vectors
    vectors.settle()
    main = int(vectors.main[4]) - 1
    vectors.stray[7, main] = 0.8
    for _ in range(2):  # more clips: a new fit, with other numbers perhaps
        last = vectors.catalogue.size
        more = catalogue(2 * last)
        vectors.catalogue.add([
            Clip(
                id=UUID(int=1 + i), creator=UUID(int=1 + i % (4 * THINGS)), duration_ms=60_000, created=NOW,
                tags=tuple(f"t{i % THINGS}{one}" for one in range(3)),
            )
            for i in range(last, more.size)
        ])  # fmt: skip
        vectors.grow()
        assert vectors.settle()
    of_it = vectors.stray[7] @ vectors.about(np.array([4]))[0]
    assert of_it > 0.4
    assert vectors.stray[7].sum() == pytest.approx(0.8, abs=0.02)


def test_a_viewer_is_taken_to_prefer_their_own_language_until_they_show_otherwise() -> None:
    made, mine = catalogue(120, languages=2), Recollection()
    interests, (one, two) = Interests(made), (made.languages.number[name] for name in ("l0", "l1"))
    rows = interests.vectors.rows(np.arange(120))
    mother, other = (rows @ interests.of(mine, one), rows @ interests.of(mine, two))
    assert (mother[::2] > mother[1::2] + 0.5).all()
    assert (other[1::2] > other[::2] + 0.5).all()
    interests.observe(mine, watches(2, list(range(1, 60, 2)), 55.0))
    shown = interests.of(mine, one)[LANGUAGE]
    assert shown[two - 1] > shown[one - 1]


def test_what_viewers_tire_of_is_learned_and_wears_off() -> None:
    tired, dice = Tired(), np.random.default_rng(1)
    for _ in range(200):
        causes = dice.uniform(0, 4, (16, 3)).astype(np.float32)
        tired.learn(causes, causes @ np.array([0.3, 0.05, 0.2]) + dice.standard_normal(16))
    assert tired.weight == pytest.approx([0.3, 0.05, 0.2], abs=0.03)


def test_clips_like_those_just_seen_lose_by_it_and_less_as_time_goes_by() -> None:
    interests, mine = Interests(catalogue(300)), Recollection()
    interests.learn(watches(1, list(range(FIRST_FIT)), 5.0))
    seen = watches(2, [0, 24, 48], 5.0)  # of one subject and one creator
    interests.observe(mine, seen)
    now, clips = float(seen.at[-1]), np.array([72, 6, 1])  # the same creator; the same subject; another subject
    creator, subject, none = interests.takes(mine, clips, now)[0]
    assert creator < subject < none <= 0
    later = interests.takes(mine, clips, now + max(CREATOR_S, SUBJECT_S))[0]
    assert later[0] == pytest.approx(creator * 0.45, rel=0.25)
    assert interests.takes(Recollection(), clips, now)[0].tolist() == [0, 0, 0]


def test_the_best_clips_of_the_subjects_that_hold_a_viewer_are_looked_at() -> None:
    world, viewer = Small(n=640), Viewer()
    pools, learner = Pools(world.catalogue), world.learner
    source = About(learner, pools)
    request = world.request(viewer)
    assert len(source.find(request)) == 0  # of a viewer of whom nothing is known
    for key in range(2, 6):
        learner.learn(world.watches(np.arange(64, dtype=np.int32), "rain", key), now=world.now)
    learner.observe(viewer.taste, world.watches(np.arange(64, dtype=np.int32), "rain"), now=world.now)
    pools.refresh(learner.merit(world.now), learner.shows, world.now, learner.interests.vectors)
    source.subjects = 1
    found = source.find(request)
    assert len(found) > 5
    assert np.mean([world.about(clip) == "rain" for clip in found]) > 0.8
    world.catalogue.hide([world.catalogue.ids[int(found[0])]])
    pools.refresh(learner.merit(world.now), learner.shows, world.now + 31, learner.interests.vectors)
    assert int(found[0]) not in source.find(request).tolist()
