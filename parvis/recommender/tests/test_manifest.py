from pathlib import Path

import numpy as np
import pytest

from parvis.recommender import manifest
from parvis.recommender.snapshots import Array

ROWS = {"clip": np.arange(40, dtype=np.int32), "at": np.linspace(0.0, 1.0, 40)}


def train(rows: manifest.Rows, seed: int) -> dict[str, Array]:
    return {"weights": np.random.default_rng(seed).normal(size=4) * rows["at"].sum(), "clips": rows["clip"]}


@pytest.fixture
def made() -> manifest.Manifest:
    return manifest.of(ROWS, 11, train(ROWS, 11))


def test_trained_again_from_the_same_rows_it_is_the_same_model(made: manifest.Manifest) -> None:
    read = manifest.Manifest.from_json(made.to_json())
    assert read == made
    again = dict(reversed(ROWS.items()))
    assert manifest.arrays_hash(manifest.verify(read, again, train)) == made.model


def test_another_row_seed_or_training_is_told_apart(made: manifest.Manifest) -> None:
    other = ROWS | {"at": ROWS["at"] + 1e-9}
    with pytest.raises(manifest.NotReproduced) as told:
        manifest.verify(made, other, train)
    assert told.value.differs == ("rows", "model")
    with pytest.raises(manifest.NotReproduced) as told:
        manifest.verify(made, ROWS, lambda rows, seed: train(rows, seed + 1))
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
