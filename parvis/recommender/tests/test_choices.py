"""What viewers say: more, less, never, at most so many of a slate or a day; on a catalogue with a known answer."""

from uuid import UUID

import numpy as np
import pytest

from parvis.recommender.affinities import Affinities
from parvis.recommender.catalogue import Catalogue, Clip
from parvis.recommender.choices import obeying
from parvis.recommender.foryou import for_you
from parvis.recommender.interface import events_of
from parvis.recommender.pools import Pools
from parvis.recommender.signals import CODES
from parvis.recommender.viewers import Choice, Request, Viewer

NOW = 1_700_000_000.0
CREATORS = [UUID(int=100 + number) for number in range(6)]
SOUNDS = [UUID(int=200 + number) for number in range(4)]
TAGS = ("jazz", "cats", "chess", "bread")


@pytest.fixture
def catalogue() -> Catalogue:
    """240 clips of one age: the tag by number modulo 4, the creator modulo 6, the sound by sixties."""
    catalogue = Catalogue()
    catalogue.add([
        Clip(UUID(int=1000 + n), CREATORS[n % 6], tags=("all", TAGS[n % 4]), sound=SOUNDS[n // 60], created=NOW - 60)
        for n in range(240)
    ])  # fmt: skip
    return catalogue


@pytest.fixture
def run(catalogue):
    learner, pools = Affinities(catalogue), Pools(catalogue)
    pools.refresh(learner.merit(NOW), learner.shows, NOW)
    pipeline = obeying(for_you(catalogue, learner, pools))

    def slate(*choices: Choice, n: int = 8, seed: int = 1, viewer: Viewer | None = None, now: float = NOW):
        viewer = viewer or Viewer(choices=choices)
        return pipeline.run(Request(viewer, n, now, np.random.default_rng(seed)))

    return slate


def tags(catalogue, slate) -> list[str]:
    return [TAGS[(catalogue.ids[clip].int - 1000) % 4] for clip in slate.clips.tolist()]


@pytest.mark.parametrize("seed", range(5))
def test_never_is_never_and_the_slate_is_full_nevertheless(catalogue, run, seed):
    never = [
        Choice("tag", "jazz", "never"),
        Choice("creator", CREATORS[1], "never"),
        Choice("sound", SOUNDS[2], "never"),
    ]
    clips = run(*never, seed=seed).clips
    assert len(clips) == 8
    numbers = [catalogue.ids[clip].int - 1000 for clip in clips.tolist()]
    assert not [n for n in numbers if n % 4 == 0 or n % 6 == 1 or n // 60 == 2]


@pytest.mark.parametrize("seed", range(5))
def test_more_of_a_tag_fills_the_slate_and_less_of_it_empties_it(catalogue, run, seed):
    plain = tags(catalogue, run(seed=seed)).count("jazz")
    more = run(Choice("tag", "jazz", "more"), seed=seed)
    assert tags(catalogue, more).count("jazz") >= 6 > plain
    part = more.trace.part_names.index("your choice")
    assert set(np.round(more.trace.parts[part], 3).tolist()) <= {0.0, np.float32(0.8).round(3)}
    assert tags(catalogue, run(Choice("tag", "jazz", "less"), seed=seed)).count("jazz") <= 1


@pytest.mark.parametrize("seed", range(5))
def test_at_most_so_many_of_a_tag_stand_in_a_slate(catalogue, run, seed):
    capped = [Choice("tag", "jazz", "most", 1), Choice("tag", "cats", "most", 2)]
    found = tags(catalogue, run(*capped, Choice("tag", "jazz", "more"), seed=seed))
    assert len(found) == 8
    assert found.count("jazz") <= 1
    assert found.count("cats") <= 2


def test_a_cap_on_everything_makes_a_short_slate(catalogue, run):
    assert len(run(Choice("tag", "all", "most", 3)).clips) == 3


def test_two_caps_on_the_same_clips_hold_together(catalogue, run):
    for seed in range(5):
        slate = run(Choice("tag", "all", "most", 4), Choice("tag", "jazz", "most", 1), seed=seed)
        found = tags(catalogue, slate)
        assert len(found) <= 4
        assert found.count("jazz") <= 1


def test_what_is_said_of_things_that_nobody_posted_changes_nothing(run):
    unknown = [Choice("tag", "opera", says, 1 if says == "most" else 0) for says in ("more", "less", "never", "most")]
    unknown += [Choice("creator", UUID(int=7), "never"), Choice("sound", UUID(int=7), "more")]
    assert run(*unknown).clips.tolist() == run().clips.tolist()


def test_more_finds_clips_that_no_other_source_would(catalogue, run):
    catalogue.add(
        [Clip(UUID(int=5000 + n), UUID(int=300), tags=("opera",), created=NOW - 90 * 86_400) for n in range(3)]
    )
    slate = run(Choice("tag", "opera", "more"), n=8)
    source = 1 << slate.trace.source_names.index("your choice")
    assert source in slate.trace.sources.tolist(), "found by nothing else"
    assert source not in run().trace.sources.tolist()


def test_extreme_wishes_have_a_bound(catalogue, run):
    slate = run(*[Choice("tag", tag, "more") for tag in ("all", *TAGS)], Choice("creator", CREATORS[0], "more"))
    part = slate.trace.part_names.index("your choice")
    assert slate.trace.parts[part].max() == pytest.approx(1.6)


def test_of_a_topic_capped_by_the_day_no_more_clips_come_until_the_next_day(catalogue, run) -> None:
    viewer = Viewer(choices=(Choice("tag", "jazz", "daily", 3), Choice("creator", CREATORS[1], "daily", 1)))
    shown: list[int] = []
    for seed in range(10):
        clips = run(viewer=viewer, seed=seed).clips
        assert len(clips) == 8
        viewer.was_shown(clips, NOW)
        viewer.day.show(clips, NOW)  # told once more, it is not shown once more
        shown += clips.tolist()
    numbers = [catalogue.ids[clip].int - 1000 for clip in shown]
    assert sum(n % 4 == 0 for n in numbers) == 3
    assert sum(n % 6 == 1 for n in numbers) == 1
    slate = run(viewer=viewer)
    assert any(name == "enough of it today" and left < came for _, name, came, left in slate.trace.stages)
    tomorrow = [tag for seed in range(6) for tag in tags(catalogue, run(viewer=viewer, seed=seed, now=NOW + 86_400))]
    assert "jazz" in tomorrow


def test_of_a_topic_capped_in_minutes_nothing_comes_once_they_are_over(catalogue, run) -> None:
    viewer = Viewer(choices=(Choice("tag", "jazz", "minutes", 1),))
    jazz, cats = np.arange(0, 8, 4), np.arange(1, 9, 4)
    watched = {"kind": CODES["watch"], "watched_ms": 29_000.0}
    viewer.day.watch(events_of(1, jazz, at=NOW, **watched), NOW)
    viewer.day.watch(events_of(1, cats, at=NOW, **watched), NOW)
    viewer.day.watch(events_of(1, jazz, at=NOW - 86_400, **watched), NOW)  # yesterday
    viewer.day.watch(events_of(1, jazz, CODES["like"], 60_000.0, at=NOW), NOW)  # no watch
    assert "jazz" in [tag for seed in range(4) for tag in tags(catalogue, run(viewer=viewer, seed=seed))]
    viewer.day.watch(events_of(1, jazz[:1], CODES["skip"], 2_000.0, at=NOW), NOW)
    after = [tag for seed in range(6) for tag in tags(catalogue, run(viewer=viewer, seed=seed))]
    assert len(after) == 48
    assert set(after) == {"cats", "chess", "bread"}
