"""The list of blocked looks by its index: the same is found, whatever became of the index."""

import json
import shutil
from datetime import timedelta
from functools import cache

import pytest

from parvis.clips.tests.conftest import media_folder
from parvis.kit.clock import now
from parvis.media.likeness import VERSION, of_pictures
from parvis.media.tests.test_likeness import scenes
from parvis.safety import looks
from parvis.safety.models import BlockedLook

__all__ = ["media_folder"]


@cache
def likeness(seed: int):
    return of_pictures(scenes(seed))


def blocked(*seeds: int) -> list[BlockedLook]:
    return [
        BlockedLook.objects.create(
            decision=looks.first_id(now() + timedelta(days=seed)),
            reason="hate",
            version=VERSION,
            shown=likeness(seed).shown,
        )
        for seed in seeds
    ]


@pytest.fixture
def indexed(db, monkeypatch):
    """Three looks are in the index, in two segments, and one is not."""
    monkeypatch.setattr(looks, "now", lambda: now() + timedelta(hours=1))
    monkeypatch.setattr(looks, "LEAST_AT_ONCE", 1)
    rows = blocked(1, 2)
    assert looks.index_looks()
    rows += blocked(3)
    assert looks.index_looks()
    assert not looks.index_looks()
    return [*rows, *blocked(4)]


@cache
def mirrored(seed: int):
    """What a cropped and mirrored copy asks for."""
    return of_pictures(scenes(seed)[:, 5:-5, 5:-5][:, :, ::-1])


def found(seed: int):
    return looks.blocked_like(
        of_pictures(
            scenes(seed)[
                :,
                5:-5,
                5:-5,
            ][:, :, ::-1]
        )
    )


def test_each_is_found_in_the_index_or_beside_it_and_no_other(indexed, django_assert_num_queries):
    for seed, row in enumerate(indexed, 1):
        assert found(seed) == row
    assert found(5) is None
    with django_assert_num_queries(1):
        found(1)


def test_what_is_off_the_list_is_not_found_though_it_is_in_the_index(indexed):
    BlockedLook.objects.filter(id=indexed[0].id).update(lifted_at=now())
    assert found(1) is None


def test_a_young_look_waits_outside(indexed, monkeypatch):
    monkeypatch.setattr(looks, "now", now)
    assert not looks.index_looks()
    assert found(4) == indexed[3]


@pytest.mark.parametrize("harm", ["gone", "half", "other layout", "no file"])
def test_a_lost_or_damaged_index_costs_no_copy_and_is_made_again(indexed, harm):
    folder = looks.index().folder
    manifest = folder / "index.json"
    if harm == "gone":
        shutil.rmtree(folder)
    elif harm == "half":
        manifest.write_text(manifest.read_text()[:20])
    elif harm == "other layout":
        manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "layout": 0}))
    else:
        for file in folder.glob("*.npy"):
            file.unlink()
        looks._indexes.clear()
    assert looks.index().known().last is None
    assert found(2) == indexed[1]
    assert looks.index_looks()
    assert looks.index().known().last == indexed[3].id
    assert found(2) == indexed[1]


def test_the_index_of_another_database_is_thrown_away(indexed, monkeypatch):
    manifest = looks.index().folder / "index.json"
    said = json.loads(manifest.read_text())
    manifest.write_text(json.dumps({**said, "last": str(looks.first_id(now()))}))
    assert looks.index_looks()
    assert looks.index().known().last == indexed[3].id
    assert len(list(looks.index().folder.glob("*.entries.npy"))) == 1


def test_who_reads_while_another_adds_reads_on_and_only_one_adds(indexed):
    before = looks.index().known()
    other = looks.Index(looks.index().folder)
    with other._lock() as is_ours:
        assert is_ours
        assert not looks.index_looks()
    assert looks.index_looks()
    asked = likeness(4).asked
    assert before.candidates(asked) == []
    assert looks.index().known().candidates(asked) == [indexed[3].id]
    assert before.candidates(likeness(1).asked)[0] == indexed[0].id
