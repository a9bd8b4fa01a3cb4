import os
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest

from parvis.recommender import catalogue_snapshot, snapshots
from parvis.recommender.catalogue import Catalogue
from parvis.recommender.disk import Damaged
from parvis.recommender.tests.world import clips

ARRAYS = {
    "a": np.arange(10, dtype=np.float32).reshape(2, 5), "b": np.array([True, False]),
    "empty": np.zeros((0, 3), np.int16),
    "one": np.array(7.5), "turned": np.arange(12, dtype=">i4").reshape(3, 4).T, "keys": np.array([2**63], np.uint64),
}  # fmt: skip


@pytest.fixture
def path(tmp_path: Path) -> Path:
    snapshots.write(tmp_path / "x.snap", ARRAYS, {"made": 5, "of": ["clips"]})
    return tmp_path / "x.snap"


def test_arrays_come_back_as_they_were_read_only_and_aligned(path: Path) -> None:
    arrays, about = snapshots.read(path)
    assert about == {"made": 5, "of": ["clips"]}
    assert arrays.keys() == ARRAYS.keys()
    for name, array in arrays.items():
        assert array.shape == ARRAYS[name].shape
        assert (array == ARRAYS[name]).all()
        assert not array.size or isinstance(array, np.memmap)
        assert not array.flags.writeable
        assert array.ctypes.data % 64 == 0 or not array.size
    with pytest.raises(ValueError, match="read-only"):
        arrays["a"][0] = 1


def test_a_file_with_any_byte_changed_or_missing_is_refused(path: Path) -> None:
    whole = path.read_bytes()
    for at in (0, 8, 13, 16, 25, 60, *(whole.index(ARRAYS["a"].tobytes()) + k for k in (0, 39))):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        with pytest.raises(Damaged):
            snapshots.read(path)
    for stop in (0, 10, 100, len(whole) - 64, len(whole) // 2):
        path.write_bytes(whole[:stop])
        with pytest.raises(Damaged):
            snapshots.read(path)


@pytest.mark.parametrize("call", ["write", "fsync", "replace"])
def test_a_write_that_fails_leaves_the_file_as_it_was(path: Path, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    before = path.read_bytes()

    def fails(*_: object) -> None:
        raise OSError("no")

    with monkeypatch.context() as patched:
        patched.setattr(os, call, fails)
        with pytest.raises(OSError, match="no"):
            snapshots.write(path, {"a": np.zeros(3)}, {})
    with pytest.raises(TypeError):
        snapshots.write(path, {"a": np.array([object()])}, {})
    assert path.read_bytes() == before


def test_another_process_maps_the_same_pages(path: Path) -> None:
    """Both map the file shared and read-only: what the system keeps once for all, also when its name is gone."""
    mine, _ = snapshots.read(path)
    program = (
        "import sys; from pathlib import Path; from parvis.recommender import snapshots\n"
        "arrays, _ = snapshots.read(Path(sys.argv[1])); Path(sys.argv[1]).unlink()\n"
        "maps = [line for line in open('/proc/self/maps') if sys.argv[1] in line] if sys.platform == 'linux' else []\n"
        "print(float(arrays['a'].sum()), *(line.split()[1] for line in maps))"
    )
    root = Path(__file__).resolve().parents[3]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    done = subprocess.run([sys.executable, "-c", program, str(path)], capture_output=True, text=True, env=environment)
    words = done.stdout.split()
    assert words[:1] == ["45.0"], done.stderr
    assert set(words[1:]) <= {"r--s"}
    assert len(words) > 1 or sys.platform != "linux"
    assert mine["a"].sum() == 45.0


def catalogue_of(n: int = 300) -> Catalogue:
    catalogue = Catalogue()
    for first in range(0, n, 100):
        catalogue.add(clips(100, first=first))
    catalogue.hide([clips(1)[0].id])
    return catalogue


def test_a_catalogue_comes_back_whole_and_goes_on_as_the_first_would() -> None:
    one, other = catalogue_of(), Catalogue()
    catalogue_snapshot.erase(one, [one.ids[7]])
    catalogue_snapshot.restore(other, catalogue_snapshot.snapshot(one))
    more = clips(50, first=290)
    for catalogue in (one, other):
        catalogue.add(more)
    assert (other.ids, other.index, other.by_bytes) == (one.ids, one.index, one.by_bytes)
    for table in catalogue_snapshot.TABLES:
        assert getattr(other, table).number == getattr(one, table).number
        assert getattr(other, table).kind == getattr(one, table).kind
    assert len(one.of_tag("jazz")) == 42
    assert (other.of_tag("jazz") == one.of_tag("jazz")).all()
    assert (other.of_creator(UUID(int=3)) == one.of_creator(UUID(int=3))).all()
    first, second = catalogue_snapshot.snapshot(one), catalogue_snapshot.snapshot(other)
    assert all(first[name].tobytes() == second[name].tobytes() for name in first)


def test_arrays_that_are_no_catalogue_are_refused_and_change_nothing() -> None:
    good = catalogue_snapshot.snapshot(catalogue_of())
    full = catalogue_of(100)
    with pytest.raises(ValueError, match="empty"):
        catalogue_snapshot.restore(full, good)
    assert len(full) == 100
    wild = good["postings"].copy()
    wild[3] = 10**6
    wrong = [
        {}, good | {"raw": good["raw"][:-1]}, good | {"shown": good["shown"].astype(np.int8)},
        good | {"postings": wild},
        good | {"creator": good["creator"] + 99}, good | {"postings.start": good["postings.start"][::-1].copy()},
        good | {"tag_names": good["tag_names"][:-2]},
    ]  # fmt: skip
    for arrays in wrong:
        empty = Catalogue()
        with pytest.raises(ValueError):  # noqa: PT011 - each for a reason of its own
            catalogue_snapshot.restore(empty, arrays)
        assert (empty.size, empty.index, empty.creators.value, empty.changes) == (0, {}, [""], 0)
