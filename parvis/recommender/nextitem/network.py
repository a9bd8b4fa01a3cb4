"""A small gated recurrent network in plain NumPy, trained with the full softmax: no framework, two cores, minutes.

The losses of sampled negatives cost sequence models most of their quality (Klenitskiy and Vasilev, "Turning Dross Into
Gold Loss", RecSys 2023); with some thousands of items the whole softmax is affordable, so there is no sampling here.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse

from parvis.recommender.nextitem.batches import Batch, batches, pieces
from parvis.recommender.nextitem.layers import Dropout, FeedForward, Memory, Norm, Parameter, Residual, flat
from parvis.recommender.nextitem.sequences import Floats, History, Ints, Places, Sequences, known

ROWS = 256  # places whose softmax is computed at once: their scores stay in the cache
WARM_STEPS = 200


@dataclass
class Network:
    """Items as vectors [items, width], `blocks` of memory and hidden layer, scores by the same vectors.

    With `kinds` [items x kinds], rows summing to at most 1, the vector of an item is its own and those of its kinds,
    so that an item seen twice starts from what its like have taught. `score` reads the last `reach` items.
    """

    room: int
    width: int = 64
    state: int = 96
    hidden: int = 128
    blocks: int = 2
    dropout: float = 0.2
    epochs: int = 14
    rate: float = 2e-3
    events: int = 3000
    length: int = 128
    lead: int = 24
    reach: int = 400
    seed: int = 0
    kinds: scipy.sparse.csr_array | None = None

    def __post_init__(self) -> None:
        self.rng = np.random.default_rng(self.seed)
        rng, width = self.rng, self.width
        self.vectors = Parameter((0.05 * rng.standard_normal((self.room, width))).astype(np.float32))
        self.bias = Parameter(np.zeros(self.room, np.float32))
        self.first, self.last = Dropout(rng, self.dropout), Dropout(rng, self.dropout)
        self.layers: list[Residual] = []
        for _ in range(self.blocks):
            self.layers.append(Residual(rng, width, Memory(rng, width, self.state), self.dropout))
            self.layers.append(Residual(rng, width, FeedForward(rng, width, self.hidden), self.dropout))
        self.norm = Norm(width)
        self.learnt = [self.vectors, self.bias, *self.norm.parameters()]
        self.learnt += [parameter for layer in self.layers for parameter in layer.parameters()]
        if self.kinds is not None:
            self.kinds = self.kinds.astype(np.float32)
            self.kind_vectors = Parameter(np.zeros((self.kinds.shape[1], width), np.float32))
            self.learnt.append(self.kind_vectors)

    def fit(self, sequences: Sequences) -> None:
        """Train from the start, `epochs` times over everything; the same seed gives the same network."""
        self.__post_init__()
        adam = Adam(self.learnt)
        steps = self.epochs * len(list(batches(self._cut(sequences), self.events, self.rng)))
        for _ in range(self.epochs):
            for batch in batches(self._cut(sequences), self.events, self.rng):
                self.gradients(batch)
                adam.step(self.rate * _schedule(adam.steps, steps))

    def gradients(self, batch: Batch) -> float:
        """Add the gradients of the mean cross-entropy of the asked places to all parameters; return that mean."""
        table = self.table()
        x = self._forward(table, batch.items, training=True)
        asked = np.flatnonzero(batch.asked.ravel())
        loss, d_asked, d_table = self._softmax(table, flat(x)[asked], batch.following.ravel()[asked])
        d = np.zeros_like(flat(x))
        d[asked] = d_asked
        d = self.norm.backward(d.reshape(x.shape))
        for layer in reversed(self.layers):
            d = layer.backward(d)
        d = self.first.backward(d) * np.float32(np.sqrt(self.width))
        _add_rows(d_table, batch.items.ravel(), flat(d))
        self.vectors.gradient += d_table
        if self.kinds is not None:
            self.kind_vectors.gradient += self.kinds.T @ d_table
        return loss

    def score(self, histories: Sequence[History]) -> Floats:
        """Return log-probabilities up to a constant for each history, shape [histories, items]."""
        table = self.table()
        rows = [known(history, self.room)[-self.reach :] for history in histories]
        answers = np.zeros((len(rows), self.width), np.float32)
        order = np.argsort([len(row) for row in rows], kind="stable")
        for start in range(0, len(order), 64):
            some = [number for number in order[start : start + 64].tolist() if len(rows[number])]
            if not some:
                continue
            items = np.zeros((max(len(rows[number]) for number in some), len(some)), np.intp)
            for column, number in enumerate(some):
                items[: len(rows[number]), column] = rows[number]
            x = self._forward(table, items, training=False)
            for column, number in enumerate(some):
                answers[number] = x[len(rows[number]) - 1, column]
        return answers @ table.T + self.bias.value

    def table(self) -> Floats:
        """Return the vector of each item, [items, width]."""
        if self.kinds is None:
            return self.vectors.value
        of_kinds = self.kinds @ self.kind_vectors.value
        return np.asarray(self.vectors.value + of_kinds, self.vectors.value.dtype)

    def _cut(self, sequences: Sequences) -> list[tuple[Ints, int]]:
        return pieces(sequences, self.length, self.lead, self.rng)

    def _forward(self, table: Floats, items: Places, *, training: bool) -> Floats:
        x = self.first.forward(table[items] * np.float32(np.sqrt(self.width)), training=training)
        for layer in self.layers:
            x = layer.forward(x, training=training)
        return self.norm.forward(x)

    def _softmax(self, table: Floats, x: Floats, targets: Places) -> tuple[float, Floats, Floats]:
        """Return the mean cross-entropy and its derivatives by `x` and by `table`; adds to the biases' gradient."""
        x = self.last.forward(x, training=True)
        loss, d, d_table = 0.0, np.empty_like(x), np.zeros_like(table)
        for start in range(0, len(x), ROWS):
            some, right = x[start : start + ROWS], targets[start : start + ROWS]
            rows = np.arange(len(some))
            scores = some @ table.T
            scores += self.bias.value
            scores -= scores.max(axis=1, keepdims=True)
            at_target = scores[rows, right]
            np.exp(scores, out=scores)
            total = scores.sum(axis=1)
            loss += float((np.log(total) - at_target).sum())
            scores *= (1.0 / (total * len(x)))[:, None]
            scores[rows, right] -= np.float32(1.0 / len(x))
            d[start : start + ROWS] = scores @ table
            d_table += scores.T @ some
            self.bias.gradient += scores.sum(axis=0)
        return loss / len(x), self.last.backward(d), d_table


class Adam:
    """Adam (Kingma and Ba, 2015) with the gradient's norm bounded by 1 (Pascanu et al., 2013)."""

    def __init__(self, parameters: list[Parameter], beta: float = 0.9, beta2: float = 0.98) -> None:
        self.parameters, self.beta, self.beta2, self.steps = parameters, beta, beta2, 0
        self._mean = [np.zeros_like(one.value) for one in parameters]
        self._square = [np.zeros_like(one.value) for one in parameters]

    def step(self, rate: float) -> None:
        """Move every parameter, and set the gradients to 0."""
        self.steps += 1
        norm = np.sqrt(sum(float(np.square(one.gradient).sum()) for one in self.parameters))
        scale = np.float32(min(1.0, 1.0 / (norm + 1e-9)))
        rate *= np.sqrt(1.0 - self.beta2**self.steps) / (1.0 - self.beta**self.steps)
        for at, one in enumerate(self.parameters):
            one.gradient *= scale
            self._mean[at] += (1.0 - self.beta) * (one.gradient - self._mean[at])
            self._square[at] += (1.0 - self.beta2) * (np.square(one.gradient) - self._square[at])
            one.value -= rate * self._mean[at] / (np.sqrt(self._square[at]) + 1e-8)
            one.gradient.fill(0.0)


def _schedule(step: int, steps: int) -> float:
    """A linear rise, then half a cosine down to 2 %."""
    rise = min(1.0, (step + 1) / WARM_STEPS)
    return rise * (0.02 + 0.49 * (1.0 + float(np.cos(np.pi * min(1.0, step / steps)))))


def _add_rows(table: Floats, rows: Places, values: Floats) -> None:
    """Add values[i] to table[rows[i]]; sorted first, which is many times faster than np.add.at on rows."""
    if not len(rows):
        return
    order = np.argsort(rows, kind="stable")
    rows, values = rows[order], values[order]
    heads = np.flatnonzero(np.concatenate([[True], rows[1:] != rows[:-1]]))
    table[rows[heads]] += np.add.reduceat(values, heads, axis=0)
