import dataclasses

import numpy as np
import pytest
import scipy.sparse

from parvis.recommender.nextitem.batches import Batch, batches, pieces
from parvis.recommender.nextitem.layers import Parameter
from parvis.recommender.nextitem.network import Network
from parvis.recommender.nextitem.sequences import Sequences


def exact(parameters):
    """Turn the numbers into doubles, so that a difference quotient means something."""
    for one in parameters:
        one.value = one.value.astype(float)
        one.gradient = np.zeros_like(one.value)


def one_batch(rng, room):
    items, following = rng.integers(0, room, (2, 7, 3))
    return Batch(items, following, rng.random((7, 3)) > 0.3)


@pytest.mark.parametrize("with_kinds", [False, True])
def test_every_gradient_is_the_difference_quotient_of_the_loss(with_kinds):
    rng = np.random.default_rng(1)
    kinds = scipy.sparse.csr_array(rng.random((11, 4))) if with_kinds else None
    network = Network(11, width=8, state=6, hidden=5, dropout=0.0, kinds=kinds)
    network.kinds = kinds
    exact(network.learnt)
    batch = one_batch(rng, 11)
    network.gradients(batch)
    gradients = [one.gradient.copy() for one in network.learnt]
    for one, gradient in zip(network.learnt, gradients, strict=True):
        direction = rng.standard_normal(one.value.shape)
        held = one.value.copy()
        losses = []
        for step in (1e-5, -1e-5):
            one.value = held + step * direction
            losses.append(network.gradients(batch))
        one.value = held
        assert (losses[0] - losses[1]) / 2e-5 == pytest.approx((gradient * direction).sum(), rel=1e-4, abs=1e-8)


def test_the_same_seed_gives_the_same_network_and_another_another():
    sequences = Sequences.of([[0, 1, 2, 3]] * 9, 4)
    scores = []
    for seed in (0, 0, 1):
        network = Network(4, width=8, state=8, hidden=8, epochs=2, seed=seed)
        network.fit(sequences)
        scores.append(network.score([np.array([0, 1])]))
    assert np.array_equal(scores[0], scores[1])
    assert not np.array_equal(scores[0], scores[2])


def test_what_comes_later_does_not_change_what_was_said_before():
    network = Network(9, width=8, state=8, hidden=8)
    together = network.score([np.array([1, 2]), np.array([1, 2, 3, 4, 5, 6, 7])])
    assert np.allclose(together[0], network.score([np.array([1, 2])])[0], atol=1e-6)


def test_every_place_but_the_first_is_asked_once_however_it_is_cut():
    rng = np.random.default_rng(0)
    sequences = Sequences.of([np.arange(length) for length in (0, 1, 2, 30, 95)], 95)
    cut = pieces(sequences, 20, 5, rng)
    asked: list[tuple[int, int]] = []
    for batch in batches(cut, 60, rng):
        assert batch.items.size <= 60 + 25
        assert (batch.following[batch.asked] == batch.items[batch.asked] + 1).all()
        asked += batch.following[batch.asked].tolist()
    assert sorted(asked) == sorted([1, *range(1, 30), *range(1, 95)])


def test_a_parameter_starts_without_a_gradient():
    assert dataclasses.asdict(Parameter(np.ones(2, np.float32)))["gradient"].tolist() == [0, 0]
