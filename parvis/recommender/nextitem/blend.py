"""Several models as one: a weighted sum of what each says, with weights fitted on held-out next items."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.optimize

from parvis.recommender.nextitem.sequences import Floats, History

Weights = npt.NDArray[np.float64]
ROUGH = 20.0  # a model's place r among the items says -log(r + ROUGH): flat at the very top, and without outliers


@dataclass
class Blend:
    """P(item) as softmax of weights x signals, each model giving two signals: its score and its place.

    A score is made comparable first (mean 0 and deviation 1 over the unseen items of a query); the place is the rank
    fusion of Cormack, Clarke and Buettcher (SIGIR 2009) in its logarithm. Two numbers per model are fitted, by maximum
    likelihood of the items held out, none below 0, with a weak pull to 0.
    """

    weights: Weights
    pull: float = 1e-3

    @classmethod
    def of(cls, models: int) -> "Blend":
        """Start with no opinion."""
        return cls(np.zeros(2 * models))

    def fit(self, stacked: Floats, histories: Sequence[History], targets: npt.NDArray[np.integer]) -> None:
        """Fit the weights to `targets` [queries]; `stacked` as `signals` gives them, `histories` already seen."""
        seen = [np.setdiff1d(history, target) for history, target in zip(histories, targets, strict=True)]
        rows = np.arange(len(targets))

        def loss(weights: Weights) -> tuple[float, Weights]:
            value, slope = 0.0, np.zeros_like(weights)
            for start in range(0, len(targets), 256):
                part = stacked[:, start : start + 256]
                own = targets[start : start + 256]
                mixed = np.tensordot(weights.astype(np.float32), part, 1)
                for row, items in zip(mixed, seen[start : start + 256], strict=True):
                    row[items] = -np.inf
                mixed -= mixed.max(axis=1, keepdims=True)
                at = mixed[rows[: len(own)], own]
                chance = np.exp(mixed)
                total = chance.sum(axis=1)
                value += float((np.log(total) - at).sum())
                chance /= total[:, None]
                chance[rows[: len(own)], own] -= 1.0
                slope += np.tensordot(part, chance, 2)
            count = len(targets)
            return value / count + self.pull * float(weights @ weights), slope / count + 2 * self.pull * weights

        bounds = [(0.0, None)] * len(self.weights)  # nobody is believed backwards
        self.weights = scipy.optimize.minimize(loss, self.weights, jac=True, method="L-BFGS-B", bounds=bounds).x

    def score(self, stacked: Floats) -> Floats:
        """Return the blend of signals, shape [queries, items]."""
        return np.asarray(np.tensordot(self.weights.astype(np.float32), stacked, 1), np.float32)


def signals(scores: Sequence[Floats], histories: Sequence[History]) -> Floats:
    """Return [2 x models, queries, items]: every model's standardised score and the logarithm of its place.

    Items of the history take part in neither: they get 0 and the last place. Equal scores share their middle place.
    """
    queries, items = scores[0].shape
    out = np.zeros((2 * len(scores), queries, items), np.float32)
    for number, one in enumerate(scores):
        for query, (row, history) in enumerate(zip(one, histories, strict=True)):
            unseen = np.ones(items, np.bool_)
            unseen[history] = False
            values = np.nan_to_num(row[unseen], nan=0.0, posinf=0.0, neginf=0.0)
            out[2 * number, query, unseen] = (values - values.mean()) / (values.std() + 1e-12)
            out[2 * number + 1, query] = -np.log(items + ROUGH)
            out[2 * number + 1, query, unseen] = -np.log(_places(values) + ROUGH)
    return out


def _places(values: Floats) -> Weights:
    """Return each value's place from 0, the highest first; equal ones share the middle of their places."""
    order = np.argsort(-values, kind="stable")
    ordered = values[order]
    heads = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
    counts = np.diff(np.append(heads, len(values)))
    places = np.empty(len(values))
    places[order] = np.repeat(heads + (counts - 1) / 2.0, counts)
    return places
