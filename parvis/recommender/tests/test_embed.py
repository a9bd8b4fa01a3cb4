import subprocess
import sys
from uuid import UUID

import numpy as np
import pytest
from scipy import sparse

from parvis.recommender.catalogue import Catalogue, Clip
from parvis.recommender.embed import Content, Embedding, associations, factors, mean_of_taste, signs
from parvis.recommender.near import Near, Served
from parvis.recommender.tests.world import NOW, SUBJECTS, World, clips
from parvis.recommender.vectors.index import VectorIndex
from parvis.recommender.viewers import Request, Viewer

GROUPS, N = 8, 800


def together(random: np.random.Generator, n: int = N, pairs: int = 30_000, stray: float = 0.3) -> sparse.csr_array:
    """Counts of clips liked together: of one group (clip i is of group i % 8), and `stray` of them of any."""
    left = random.integers(0, n, pairs)
    right = (left % GROUPS + GROUPS * random.integers(0, n // GROUPS, pairs)) % n
    right = np.where(random.random(pairs) < stray, random.integers(0, n, pairs), right)
    return sparse.csr_array((np.ones(pairs, np.float32), (left, right)), shape=(n, n))


def agreement(vectors: np.ndarray, group: np.ndarray, k: int = 20) -> float:
    """The share of each clip's k nearest that is of its group; by chance 1 / 8."""
    scores = vectors @ vectors.T
    np.fill_diagonal(scores, -np.inf)
    near = np.argpartition(-scores, k, axis=1)[:, :k]
    return float((group[near] == group[:, None]).mean())


def world(n: int = N) -> Catalogue:
    catalogue = Catalogue()
    catalogue.add(clips(n))
    return catalogue


def fitted(seed: int = 1) -> tuple[Catalogue, Embedding]:
    catalogue = world()
    embedding = Embedding(catalogue, seed=seed)
    embedding.fit(together(np.random.default_rng(2)))
    return catalogue, embedding


def test_the_signs_of_a_value_are_the_same_in_every_process_and_another_for_another_seed() -> None:
    code = "from parvis.recommender.embed import signs; print(signs('tag', 'jazz', 64).tolist())"
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert other.stdout.strip() == str(signs("tag", "jazz", 64).tolist())
    assert (signs("tag", "jazz", 64) != signs("sound", "jazz", 64)).any()
    assert (signs("tag", "jazz", 64) != signs("tag", "jazz", 64, seed=1)).any()
    assert not signs("tag", "", 64).any()
    assert abs(int(signs("tag", "jazz", 2_048).astype(int) @ signs("tag", "cats", 2_048).astype(int))) < 200


def test_clips_of_one_creator_and_tag_are_nearer_by_content_than_strangers() -> None:
    vectors = Content(world(n=200)).vectors(np.arange(200, dtype=np.int32))
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    alike, strangers = vectors[0] @ vectors[40], vectors[0] @ vectors[1]
    assert alike > 0.9
    assert strangers < 0.5


def test_content_vectors_do_not_depend_on_the_order_in_which_clips_came() -> None:
    one, two = Catalogue(), Catalogue()
    one.add(clips(50))
    two.add(clips(50)[::-1])
    forwards = Content(one).vectors(np.arange(50, dtype=np.int32))
    assert np.abs(forwards - Content(two).vectors(np.arange(50, dtype=np.int32))[::-1]).max() < 1e-6


def test_a_value_that_came_later_is_told_apart() -> None:
    catalogue = world(n=20)
    content = Content(catalogue)
    content.vectors(np.arange(20, dtype=np.int32))
    catalogue.add([Clip(id=UUID(int=5), creator=UUID(int=999), tags=("opera",))])
    late = content.vectors(np.array([20], np.int32))
    assert np.abs(late - Content(catalogue).vectors(np.array([20], np.int32))).max() == 0.0


def test_pmi_is_the_formula_on_a_small_table() -> None:
    table = np.array([[0, 4, 0], [0, 0, 1], [1, 0, 0]], np.float32)
    both = table + table.T
    totals = both.sum(axis=1)
    with np.errstate(divide="ignore"):
        expected = np.maximum(np.log(both * both.sum() / np.outer(totals, totals)) - np.log(1.1), 0)
    got = associations(sparse.csr_array(table), shift=1.1, smoothing=1.0).toarray()
    assert np.allclose(got, expected, atol=1e-6)
    assert (got > 0).any()


def test_randomised_factors_are_those_of_the_full_decomposition() -> None:
    matrix = associations(together(np.random.default_rng(3), n=200, pairs=8_000, stray=0.1))
    made = factors(matrix, GROUPS, seed=1)
    left, values, _ = np.linalg.svd(matrix.toarray().astype(np.float64))
    best = (left[:, :GROUPS] * values[:GROUPS]) @ left[:, :GROUPS].T
    assert np.linalg.norm(made @ made.T - best) < 0.005 * np.linalg.norm(best)
    assert (made == factors(matrix, GROUPS, seed=1)).all()


def test_likes_together_group_planted_communities_though_content_says_nothing() -> None:
    counts = together(np.random.default_rng(2))
    vectors = factors(associations(counts))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    assert agreement(vectors, np.arange(N) % GROUPS) > 0.9


def test_a_new_clip_is_near_to_its_like_and_the_map_leaves_out_what_does_not_matter() -> None:
    catalogue, embedding = fitted()
    # By a creator whom nobody knows, in a market and a language of no subject's own: only the tag says anything.
    new = [Clip(id=UUID(int=10 + i), creator=UUID(int=900 + i), tags=(SUBJECTS[i],), created=NOW) for i in range(8)]
    cold = embedding.vectors(catalogue.add(new))
    warm = embedding.vectors(np.arange(N, dtype=np.int32))
    plain = Content(catalogue).vectors(np.arange(N + 8, dtype=np.int32))
    for subject in range(8):
        near = np.argsort(-(warm @ cold[subject]))[:40]
        assert (near % GROUPS == subject).mean() > 0.9
    by_content = np.mean([(np.argsort(-(plain[:N] @ plain[N + i]))[:40] % GROUPS == i).mean() for i in range(8)])
    assert agreement(warm, np.arange(N) % GROUPS) > max(0.95, by_content - 0.05)


def test_evidence_moves_a_clip_from_its_content_to_who_likes_it() -> None:
    catalogue = world()
    # Clip 0 is tagged "jazz" (group 0) but is liked with what is tagged "cats" (group 1).
    likes = together(np.random.default_rng(2)).tolil()
    likes[0, :] = 0
    likes[:, 0] = 0
    shares = []
    for times in (0, 1, 40):
        counts = likes.copy()
        counts[0, 1:161:8] = times
        embedding = Embedding(catalogue)
        embedding.fit(counts.tocsr())
        vectors = embedding.vectors(np.arange(N, dtype=np.int32))
        near = np.argsort(-(vectors @ vectors[0]))[1:31]
        shares.append((near % GROUPS == 1).mean())
    assert shares[0] < 0.1
    assert shares[2] > 0.9
    assert shares[0] <= shares[1] <= shares[2]


def test_without_likes_a_clip_has_its_content_and_a_wrong_table_changes_nothing() -> None:
    catalogue, embedding = fitted()
    every = np.arange(N, dtype=np.int32)
    before = embedding.vectors(every)
    bad = [sparse.csr_array(np.array([[0.0, value], [0.0, 0.0]])) for value in (-1.0, np.nan, np.inf)]
    for counts in [*bad, sparse.csr_array((2, 3)), sparse.csr_array((N + 1, N + 1))]:
        with pytest.raises(ValueError, match="count"):
            embedding.fit(counts)
    assert (embedding.vectors(every) == before).all()
    embedding.fit(sparse.csr_array((N, N), dtype=np.float32))
    assert (embedding.vectors(every) == Content(catalogue, seed=1).vectors(every)).all()
    assert embedding.vectors(every[:0]).shape == (0, 64)


def test_a_viewers_vector_leans_to_what_was_liked_last_and_away_from_what_was_skipped() -> None:
    jazz, cats = np.eye(2, 64, dtype=np.float32)
    lean = mean_of_taste(np.stack([jazz, cats]), np.ones(2, np.float32), memory=0.5)
    assert lean is not None
    assert lean[1] == pytest.approx(2 * lean[0])
    away = mean_of_taste(np.stack([jazz, cats]), np.array([1.0, -1.0], np.float32))
    assert away is not None
    assert away[0] > 0 > away[1]
    assert mean_of_taste(np.stack([jazz, jazz]), np.array([1.0, -1.0], np.float32), memory=1.0) is None
    assert mean_of_taste(np.empty((0, 64), np.float32), np.empty(0, np.float32)) is None


def viewer_who_likes(clip: int, catalogue: Catalogue) -> tuple[Viewer, Request]:
    viewer = Viewer()
    viewer.taste.liked, viewer.taste.events = np.array([clip], np.int32), 1
    return viewer, Request(viewer=viewer, n=8, now=NOW, random=np.random.default_rng(1))


def test_near_finds_unseen_clips_of_the_subject_that_the_viewer_likes() -> None:
    catalogue, embedding = fitted()
    source = Near(catalogue, Served(VectorIndex.build(embedding.vectors(np.arange(N, dtype=np.int32)))), most=30)
    viewer, request = viewer_who_likes(3, catalogue)
    seen = np.arange(3, 400, 8, dtype=np.int32)
    viewer.seen.add(seen)
    catalogue.hide([catalogue.ids[403]])
    found = source.find(request)
    assert len(found) == 30
    assert (found % GROUPS == 3).mean() > 0.9
    assert not np.isin(found, [*seen, 403]).any()


def test_near_finds_a_new_clip_at_once_and_goes_further_out_when_all_that_is_near_was_seen() -> None:
    catalogue, embedding = fitted()
    index = VectorIndex.build(embedding.vectors(np.arange(N, dtype=np.int32)))
    source = Near(catalogue, Served(index), most=5, probes=1)
    viewer, request = viewer_who_likes(3, catalogue)
    first = source.find(request)
    new = catalogue.add([Clip(id=UUID(int=10), creator=UUID(int=4), tags=(SUBJECTS[3],))])
    index.add(new, index.vectors(np.array([3], np.int32)))
    assert new[0] in source.find(request)
    viewer.seen.add(np.concatenate([new, np.arange(3, 800, 8, dtype=np.int32)]))
    assert len(source.find(request)) == 5
    assert not np.isin(source.find(request), first).any()


def test_near_finds_nothing_for_a_newcomer_in_an_empty_index_or_beyond_the_catalogue() -> None:
    catalogue = world(n=20)
    _, request = viewer_who_likes(3, catalogue)
    content = Content(catalogue).vectors(np.arange(20, dtype=np.int32))
    assert len(Near(catalogue, Served(VectorIndex())).find(request)) == 0
    beyond = VectorIndex.build(np.repeat(content[3:4], 2, axis=0), np.array([3, 5_000_000]))
    assert Near(catalogue, Served(beyond)).find(request).tolist() == [3]
    newcomer = Request(viewer=Viewer(), n=8, now=NOW, random=np.random.default_rng(1))
    assert len(Near(catalogue, Served(VectorIndex.build(content))).find(newcomer)) == 0


def test_near_as_a_source_of_a_feed_brings_what_the_viewer_swipes_for() -> None:
    made = World()
    embedding = Embedding(made.catalogue)
    embedding.fit(together(np.random.default_rng(2)))
    index = VectorIndex.build(embedding.vectors(np.arange(N, dtype=np.int32)))
    made.feed.sources = [*made.feed.sources, Near(made.catalogue, Served(index))]
    made.feed.__post_init__()
    viewer = Viewer()
    for _ in range(6):
        made.swipe(viewer, "chess")
    slate = made.feed.run(made.request(viewer))
    bit = made.feed.source_names.index("near")
    assert sum(made.about(clip) == "chess" for clip in slate.clips) >= 6
    assert (slate.trace.sources >> bit & 1).sum() >= 4
