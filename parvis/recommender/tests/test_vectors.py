import hashlib
import struct
from pathlib import Path

import numpy as np
import pytest

from parvis.recommender.vectors import files
from parvis.recommender.vectors.files import IndexFileError
from parvis.recommender.vectors.index import MOST_IDS, VectorIndex
from parvis.recommender.vectors.rows import BadVectorError

D = 64


def clustered(n: int, clusters: int, spread: float = 0.08, seed: int = 3) -> tuple[np.ndarray, np.ndarray]:
    """Unit vectors about planted centres, and whose cluster each is of."""
    random = np.random.default_rng(seed)
    centres = random.standard_normal((clusters, D))
    centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    cluster = random.integers(clusters, size=n)
    vectors = centres[cluster] + spread * random.standard_normal((n, D))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32), cluster


def recall(index: VectorIndex, queries: np.ndarray, most: int, probes: int) -> float:
    shares = [np.isin(index.search(query, most, probes).ids, index.exact(query, most).ids).mean() for query in queries]
    return float(np.mean(shares))


def state(index: VectorIndex) -> str:
    """Which clips are found and the vector of each, bit for bit."""
    query = np.random.default_rng(1).standard_normal(D).astype(np.float32)
    ids = np.sort(index.exact(query, len(index)).ids)
    return hashlib.sha256(ids.tobytes() + index.vectors(ids).tobytes()).hexdigest()


VECTORS, CLUSTER = clustered(6_000, 40)


@pytest.fixture(params=[False, True], ids=["float32", "int8"])
def index(request: pytest.FixtureRequest) -> VectorIndex:
    return VectorIndex.build(VECTORS, seed=5, quantised=request.param)


def test_the_nearest_clips_are_those_of_the_planted_cluster(index: VectorIndex) -> None:
    for clip in (0, 17, 4_000):
        found = index.search(VECTORS[clip], 100, probes=4)
        assert found.ids[0] == clip
        assert (CLUSTER[found.ids] == CLUSTER[clip]).all()
        assert (np.diff(found.scores) <= 0).all()


def test_exact_search_is_the_sorted_inner_product() -> None:
    index = VectorIndex.build(VECTORS, seed=5)
    query = np.random.default_rng(2).standard_normal(D).astype(np.float32)
    found = index.exact(query, 50)
    scores = VECTORS.astype(np.float64) @ (query / np.linalg.norm(query.astype(np.float64)))
    assert found.ids.tolist() == np.argsort(-scores)[:50].tolist()
    assert np.allclose(found.scores, np.sort(scores)[::-1][:50], atol=1e-6)


def test_rounded_rows_find_almost_what_exact_rows_find() -> None:
    exact, rounded = VectorIndex.build(VECTORS, seed=5), VectorIndex.build(VECTORS, seed=5, quantised=True)
    same = [np.isin(rounded.exact(one, 100).ids, exact.exact(one, 100).ids).mean() for one in VECTORS[:40]]
    assert 0.95 < np.mean(same) < 1.0


def test_recall_rises_with_probes_up_to_all_on_data_without_clusters() -> None:
    random = np.random.default_rng(4).standard_normal((6_000, D)).astype(np.float32)
    index = VectorIndex.build(random, seed=1)
    few, many = (recall(index, random[:40], 50, probes) for probes in (4, 32))
    assert 0.15 < few < many
    assert many > 0.7
    assert recall(index, random[:5], 50, index.lists) == 1.0


def test_the_same_seed_gives_the_same_index_and_another_seed_other_lists() -> None:
    one, two, other = (VectorIndex.build(VECTORS, seed=seed) for seed in (5, 5, 6))
    assert (one._stored.centres == two._stored.centres).all()
    assert not (one._stored.centres == other._stored.centres).all()
    assert state(one) == state(two)


def test_copies_of_one_vector_take_one_list_and_leave_the_others_to_the_rest() -> None:
    rest, _ = clustered(3_600, 40, seed=8)
    index = VectorIndex.build(np.concatenate([np.repeat(VECTORS[:1], 2_400, axis=0), rest]), seed=1)
    lengths = np.diff(index._stored.starts)
    assert lengths.max() >= 2_400
    assert (lengths == 0).sum() < 0.1 * index.lists


def test_a_new_clip_is_found_at_once_and_a_removed_one_no_more(index: VectorIndex) -> None:
    novel = np.random.default_rng(6).standard_normal((3, D)).astype(np.float32)
    index.add(np.array([9_000, 9_001, 7]), novel)
    assert len(index) == 6_002
    assert index.search(novel[0], 5, probes=1).ids[0] == 9_000
    assert index.search(novel[2], 5, probes=1).ids[0] == 7
    assert 7 not in index.search(VECTORS[7], 50).ids, "a known clip has left its old place"
    assert index.remove(np.array([9_000, 0, 77_777, -4])) == 2
    assert index.remove(np.array([9_000, 0])) == 0
    assert len(index) == 6_000
    assert 9_000 not in index.search(novel[0], 6_000, probes=99).ids
    found = index.exact(VECTORS[0], 6_000).ids
    assert 0 not in found
    assert len(found) == len(set(found.tolist())) == 6_000


def test_an_index_that_starts_empty_grows_and_is_as_good_once_rebuilt() -> None:
    index = VectorIndex()
    for low in range(0, 6_000, 500):
        index.add(np.arange(low, low + 500), VECTORS[low : low + 500])
    assert index.is_due
    rebuilt = index.rebuilt(seed=5)
    assert not rebuilt.is_due
    assert rebuilt.lists == 94
    assert len(rebuilt) == 6_000
    assert np.abs(rebuilt.vectors(np.arange(6_000)) - VECTORS).max() < 1e-6
    assert recall(rebuilt, VECTORS[:20], 50, 8) > 0.95


def test_vectors_come_back_by_id_and_zeros_for_unknown_ones(index: VectorIndex) -> None:
    index.add(np.array([9_000]), VECTORS[:1] * 30)
    got = index.vectors(np.array([3, 9_000, -1, 123_456]))
    assert np.abs(got[0] - VECTORS[3]).max() < 0.003
    assert np.abs(got[1] - VECTORS[0]).max() < 0.003
    assert not got[2:].any()


def test_a_saved_index_opens_as_it_was_bit_for_bit(index: VectorIndex, tmp_path: Path) -> None:
    index.add(np.array([9_000, 4]), VECTORS[:2])
    index.remove(np.array([11, 9_000]))
    before = state(index)
    index.save(tmp_path / "one")
    opened = VectorIndex.open(tmp_path / "one", whole=True)
    assert state(opened) == state(index) == before
    assert len(opened) == 5_999
    opened.save(tmp_path / "two")
    again = VectorIndex.open(tmp_path / "two")
    for vector in VECTORS[:5]:
        first, second = opened.search(vector, 50), again.search(vector, 50)
        assert first.ids.tobytes() + first.scores.tobytes() == second.ids.tobytes() + second.scores.tobytes()
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one", "two"]


def test_an_opened_index_changes_for_itself_and_leaves_the_file_alone(index: VectorIndex, tmp_path: Path) -> None:
    index.save(tmp_path / "index")
    raw = (tmp_path / "index").read_bytes()
    one, two = VectorIndex.open(tmp_path / "index"), VectorIndex.open(tmp_path / "index")
    one.remove(np.array([5]))
    one.add(np.array([9_000]), VECTORS[:1])
    assert 5 not in one.exact(VECTORS[5], 10).ids
    assert two.exact(VECTORS[5], 10).ids[0] == 5
    assert (tmp_path / "index").read_bytes() == raw


def test_a_file_that_is_cut_off_or_damaged_is_refused_with_one_error(index: VectorIndex, tmp_path: Path) -> None:
    path = tmp_path / "index"
    index.save(path)
    raw = path.read_bytes()
    for size in (0, 10, 4_095, 4_096, len(raw) // 2, len(raw) - 1, len(raw) + 1):
        path.write_bytes((raw + b"x")[:size])
        with pytest.raises(IndexFileError):
            VectorIndex.open(path)
    random = np.random.default_rng(1)
    end = files.Layout(index.quantised, D, len(index), index.lists).tables["rows"][0] + index._stored.part.rows.nbytes
    places = [*range(files.HEADER.size + 4), *random.integers(4_096, end, 60).tolist()]
    for place in places:
        path.write_bytes(raw[:place] + bytes([raw[place] ^ 0x10]) + raw[place + 1 :])
        with pytest.raises(IndexFileError):
            VectorIndex.open(path, whole=True)


def test_damaged_rows_are_found_when_they_are_first_searched(tmp_path: Path) -> None:
    index = VectorIndex.build(VECTORS, seed=5)
    path = tmp_path / "index"
    index.save(path)
    raw = bytearray(path.read_bytes())
    raw[-files.PAGE] ^= 1
    path.write_bytes(raw)
    opened = VectorIndex.open(path)
    with pytest.raises(IndexFileError):
        opened.exact(VECTORS[0], 10)
    with pytest.raises(IndexFileError):
        opened.save(tmp_path / "copy")
    assert [one.name for one in tmp_path.iterdir()] == ["index"]


def test_a_header_that_promises_the_world_takes_no_memory(tmp_path: Path) -> None:
    head = files.HEADER.pack(files.MAGIC, files.VERSION, 0, 2**16 - 1, 2**60, 2**31, 0)
    (tmp_path / "index").write_bytes(head + struct.pack("<I", 0) + bytes(files.PAGE))
    with pytest.raises(IndexFileError):
        VectorIndex.open(tmp_path / "index")


def bad_vectors() -> list[object]:
    wrong = [VECTORS[:1, :63], VECTORS[0], np.zeros((1, D)), np.full((1, D), np.nan), np.full((1, D), np.inf), "text"]
    return [*wrong, [[1.0], [2.0, 3.0]], None, np.zeros((1, D, 1))]


def test_bad_vectors_and_bad_ids_are_refused_and_change_nothing(index: VectorIndex) -> None:
    before = state(index)
    for bad in bad_vectors():
        with pytest.raises(BadVectorError):
            index.add(np.array([1]), bad)
    for ids in ([-1], [MOST_IDS], [2**63], [1.5], ["a"], [1, 2], [[1]], []):
        with pytest.raises(BadVectorError):
            index.add(ids, VECTORS[:1])
    with pytest.raises(BadVectorError):
        index.add(np.array([1, 1]), VECTORS[:2])
    for query in (VECTORS[0, :5], VECTORS[:1], np.full(D, np.nan), np.full(D, -np.inf)):
        with pytest.raises(BadVectorError):
            index.search(query, 5)
    assert state(index) == before


def test_vectors_of_extreme_length_are_taken_by_their_direction(index: VectorIndex) -> None:
    for scale in (1e-30, 1e30):
        assert index.search(VECTORS[8] * np.float32(scale), 1).ids.tolist() == [8]
    index.add(np.array([9_000]), VECTORS[8:9] * np.float32(1e30))
    assert index.search(VECTORS[8], 2).ids.tolist() == [8, 9_000]


def test_an_empty_index_and_empty_wishes_find_nothing(index: VectorIndex, tmp_path: Path) -> None:
    empty = VectorIndex()
    assert empty.search(VECTORS[0], 10).ids.tolist() == []
    assert empty.search_many(VECTORS[:2], 3).ids.tolist() == [[-1] * 3] * 2
    assert index.search(np.zeros(D), 10).ids.tolist() == []
    assert index.search(VECTORS[0], 0).ids.tolist() == index.search(VECTORS[0], -1).ids.tolist() == []
    index.add(np.empty(0, np.int32), np.empty((0, D), np.float32))
    empty.save(tmp_path / "empty")
    opened = VectorIndex.open(tmp_path / "empty")
    opened.add(np.array([3]), VECTORS[:1])
    assert opened.search(VECTORS[0], 10).ids.tolist() == [3]
    assert len(VectorIndex.build(np.empty((0, D), np.float32))) == 0


def test_many_searches_at_once_are_the_same_as_one_by_one(index: VectorIndex) -> None:
    index.remove(np.arange(5_990))
    found = index.search_many(VECTORS[:7], 12, probes=3)
    for row in range(7):
        one = index.search(VECTORS[row], 12, probes=3)
        assert found.ids[row, : len(one.ids)].tolist() == one.ids.tolist()
        assert (found.ids[row, len(one.ids) :] == -1).all()
        assert np.isneginf(found.scores[row, len(one.ids) :]).all()
