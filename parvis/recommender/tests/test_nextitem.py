import numpy as np
import pytest
import scipy.sparse

from parvis.recommender.evaluate import full_ranks, judge
from parvis.recommender.nextitem.blend import Blend, signals
from parvis.recommender.nextitem.followers import Followers
from parvis.recommender.nextitem.neighbours import Neighbours
from parvis.recommender.nextitem.network import Network
from parvis.recommender.nextitem.ridge import Ridge
from parvis.recommender.nextitem.sequences import Sequences

ITEMS = 12


def small_network(room=ITEMS, **more):
    settings = {"width": 16, "state": 16, "hidden": 16, "epochs": 60, "rate": 0.01, "events": 100, "dropout": 0.0}
    return Network(room, **settings | more)


MODELS = {
    "ridge": lambda: Ridge(ITEMS, (0.0, 0.8), 6, 0.1),
    "followers": lambda: Followers(ITEMS, window=3, decay=0.3),
    "neighbours": lambda: Neighbours(ITEMS, nearest=20, after=True),
    "network": small_network,
}
LEARNERS = {name: MODELS[name] for name in ("ridge", "followers")}


def each(models):
    return pytest.mark.parametrize("make", models.values(), ids=list(models))


def circles(count=40, length=8, seed=0):
    """Everybody walks the circle of items in the same direction from a place of their own."""
    rng = np.random.default_rng(seed)
    return Sequences.of([(int(rng.integers(ITEMS)) + np.arange(length)) % ITEMS for _ in range(count)], ITEMS)


@each(MODELS)
def test_a_planted_order_is_found_and_in_its_direction(make):
    model = make()
    model.fit(circles())
    scores = model.score([np.array([item, (item + 1) % ITEMS]) for item in range(ITEMS)])
    assert scores.shape == (ITEMS, ITEMS)
    assert scores.argmax(axis=1).tolist() == [(item + 2) % ITEMS for item in range(ITEMS)]


@each(MODELS)
def test_on_a_checkerboard_the_own_colour_comes_first(make):
    rng = np.random.default_rng(1)
    rows = [rng.permutation(np.arange(ITEMS // 2) * 2 + number % 2) for number in range(60)]
    model = make()
    model.fit(Sequences.of([row[:-1] for row in rows], ITEMS))
    quality = judge(model.score, [row[:-1] for row in rows], np.array([row[-1] for row in rows]))
    assert (quality.ranks == 0).mean() > 0.9  # the only unseen item of the colour


@each(MODELS)
def test_empty_histories_and_unknown_items_are_passed_over(make):
    model = make()
    model.fit(circles())
    nothing, strange, plain = model.score([np.array([], int), np.array([99, -1, 3, 4, 12]), np.array([3, 4])])
    assert np.isfinite(nothing).all()
    assert np.allclose(strange, plain, atol=1e-5)


@each(MODELS)
def test_a_model_fitted_on_nothing_answers_evenly_and_fitting_again_forgets(make):
    model = make()
    model.fit(Sequences.of([[], [3]], ITEMS))
    assert np.isfinite(model.score([np.array([1])])).all()
    again = make()
    again.fit(circles(seed=5))
    again.fit(circles())
    model.fit(circles())
    assert np.array_equal(model.score([np.array([1, 2])]), again.score([np.array([1, 2])]))


@each(LEARNERS)
def test_learning_event_by_event_comes_to_what_fitting_comes_to(make):
    rng = np.random.default_rng(2)
    sequences = Sequences.of([rng.integers(0, ITEMS, rng.integers(0, 15)) for _ in range(30)], ITEMS)
    batch, stream = make(), make()
    batch.fit(sequences)
    for row in sequences.histories():
        for place in range(len(row)):
            stream.learn(row[:place], int(row[place]))
    asked = [np.array([1, 2, 3]), np.array([5])]
    assert np.allclose(batch.score(asked), stream.score(asked), rtol=1e-4, atol=1e-6)
    before = stream.score(asked)
    stream.learn(np.array([5]), 7)
    assert stream.score(asked)[1, 7] > before[1, 7]


@each(LEARNERS)
def test_learning_an_unknown_item_or_from_nothing_changes_nothing(make):
    model = make()
    model.fit(circles())
    before = model.score([np.array([3])])
    model.learn(np.array([], int), 3)
    model.learn(np.array([3]), ITEMS)
    model.learn(np.array([-4]), 3)
    assert np.array_equal(model.score([np.array([3])]), before)


def test_the_ridges_sums_are_those_of_its_states_written_out():
    rng = np.random.default_rng(3)
    sequences = Sequences.of([rng.integers(0, ITEMS, length) for length in (1, 2, 9, 14)], ITEMS)
    ridge = Ridge(ITEMS, (0.0, 0.5, 0.9), 5, 1.0)
    ridge.fit(sequences)
    gram, cross = np.zeros_like(ridge.gram), np.zeros_like(ridge.cross)
    for row in sequences.histories():
        for place in range(1, len(row)):
            state = np.zeros((3, ITEMS))
            for age, item in enumerate(row[:place][::-1][:5]):
                state[:, item] += np.array([0.0, 0.5, 0.9]) ** age
            gram += np.outer(state, state)
            cross[:, row[place]] += state.ravel()
    assert np.allclose(ridge.gram, gram)
    assert np.allclose(ridge.cross, cross)


def test_a_rare_item_borrows_from_the_items_of_its_kind():
    kinds = scipy.sparse.csr_array(np.eye(2)[[0, 0, 1, 1]])
    model = Followers(4, kinds=kinds)
    model.fit(Sequences.of([[0, 2]] * 5, 4))
    assert model.score([np.array([1])])[0].argmax() == 2  # 1 was never followed; 0, of the same kind, was


def test_a_blend_trusts_the_model_that_knows():
    rng = np.random.default_rng(4)
    targets = rng.integers(0, 30, 200)
    knows = rng.random((200, 30)).astype(np.float32)
    knows[np.arange(200), targets] += 0.5
    guesses = rng.random((200, 30)).astype(np.float32)
    histories = [np.array([(target + 1) % 30]) for target in targets]
    blend = Blend.of(2)
    stacked = signals([knows, guesses], histories)
    blend.fit(stacked, histories, targets)
    assert blend.weights[:2].sum() > 10 * blend.weights[2:].sum() >= 0
    alone, blended = (full_ranks(one, targets, histories).mean() for one in (knows, blend.score(stacked)))
    assert blended < alone + 0.2


def test_signals_of_equal_scores_are_equal_and_nan_says_nothing():
    rows = np.array([[1.0, 1.0, 1.0, np.nan], [np.nan] * 4], np.float32)
    out = signals([rows], [np.array([3]), np.array([], int)])
    assert np.isfinite(out).all()
    assert np.ptp(out[1, 0, :3]) == 0 == np.ptp(out[:, 1], axis=1).max()


def test_a_sequence_outside_the_catalogue_is_refused():
    with pytest.raises(ValueError, match=r"outside 0\.\.3"):
        Sequences.of([[0, 4]], 4)
    with pytest.raises(ValueError, match="outside"):
        Sequences.of([[-1]], 4)


def test_leaving_out_the_last_events_leaves_short_sequences_empty():
    held = Sequences.of([[0, 1, 2, 3], [1], [], [2, 3, 0]], 4).without_last(2)
    assert [row.tolist() for row in held.histories()] == [[0, 1], [], [], [2]]
