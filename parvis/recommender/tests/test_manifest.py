from pathlib import Path

import numpy as np
import pytest

from parvis.recommender import manifest
from parvis.recommender.interface import Events
from parvis.recommender.snapshots import Array
from parvis.recommender.tests.killed import fresh, random_events
from parvis.recommender.tests.world import NOW, clips


def train(events: Events, seed: int) -> dict[str, Array]:
    catalogue, learner = fresh()
    catalogue.add(clips(60))
    for batch in np.array_split(np.arange(len(events)), 4):
        learner.learn(events.take(batch), now=NOW + 1e6)
    return learner.snapshot() | {"start": np.random.default_rng(seed).normal(size=4)}


@pytest.fixture(scope="module")
def events() -> Events:
    return random_events(3, 60, 200)


@pytest.fixture(scope="module")
def made(events: Events) -> manifest.Manifest:
    return manifest.make(events, 11, train)


def test_trained_again_from_the_same_rows_in_any_order_it_is_the_same_model(
    events: Events, made: manifest.Manifest
) -> None:
    read = manifest.Manifest.from_json(made.to_json())
    assert read == made
    shuffled = events.take(np.random.default_rng(1).permutation(len(events)))
    assert manifest.arrays_hash(manifest.verify(read, shuffled, train)) == made.model


def test_another_row_seed_or_training_is_told_apart(events: Events, made: manifest.Manifest) -> None:
    other = Events(*(getattr(events, name).copy() for name in manifest.COLUMNS))
    other.watched_ms[5] += 1.0
    with pytest.raises(manifest.NotReproduced) as told:
        manifest.verify(made, other, train)
    assert told.value.differs[0] == "rows"
    with pytest.raises(manifest.NotReproduced) as told:
        manifest.verify(made, events, lambda events, seed: train(events, seed + 1))
    assert told.value.differs == ("model",)
    with pytest.raises(ValueError, match="no manifest"):
        manifest.Manifest.from_json('{"rows": 1}')


def test_the_hash_of_the_code_changes_with_a_source_file_and_not_with_a_test(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "a.py").write_text("x = 1\n")
    before = manifest.code_hash(tmp_path)
    (tmp_path / "tests" / "test_a.py").write_text("y = 1\n")
    assert manifest.code_hash(tmp_path) == before
    (tmp_path / "a.py").write_text("x = 2\n")
    assert manifest.code_hash(tmp_path) != before
