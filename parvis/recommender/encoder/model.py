"""The network as it is trained at night, and as it is served: one pass over a viewer's last likings, in NumPy."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from parvis.recommender.catalogue import BUCKETS
from parvis.recommender.encoder.rows import Kinds, kinds, sequences
from parvis.recommender.nextitem.layers import STEEP, Linear, Memory, Norm
from parvis.recommender.nextitem.network import Network
from parvis.recommender.signals import Floats
from parvis.recommender.snapshots import Array

WIDTH, BLOCKS = 64, 1  # a second block costs a request a tenth of a millisecond


@dataclass(frozen=True)
class Training:
    """How long and how wide it is trained: see `nextitem.network.Network`."""

    epochs: int = 10
    rate: float = 2e-3
    dropout: float = 0.2
    events: int = 3000


def train(rows: Mapping[str, Array], seed: int, how: Training | None = None) -> dict[str, Array]:
    """Return the weights that rows (`rows.rows`) come to, the same bits for the same rows, seed and BLAS threads."""
    how = how or Training()
    network = Network(
        len(rows["names"]), WIDTH, blocks=BLOCKS, epochs=how.epochs, rate=how.rate, dropout=how.dropout,
        events=how.events, seed=seed, kinds=kinds(rows["features"], BUCKETS),
    )  # fmt: skip
    network.fit(sequences(rows))
    return weights(network) | {"names": rows["names"]}


def weights(network: Network) -> dict[str, Array]:
    """Return what is served of a network, by name. A norm is put into the layer that reads it."""
    found: dict[str, Any] = {"vectors": network.vectors.value, "kinds": network.kind_vectors.value}
    for number, residual in enumerate(network.layers):
        layer, norm = residual.layer, residual.norm
        found |= _linear(f"{number}.in", _after(norm, layer.inward)) | _linear(f"{number}.out", _plain(layer.outward))
        found[f"{number}.remembers"] = np.array(isinstance(layer, Memory))
    return found | {"stretch": network.norm.stretch.value, "shift": network.norm.shift.value}


def _after(norm: Norm, linear: Linear) -> tuple[Floats, Floats]:
    weight = norm.stretch.value[:, None] * linear.weight.value
    return weight, norm.shift.value @ linear.weight.value + linear.bias.value


def _plain(linear: Linear) -> tuple[Floats, Floats]:
    return linear.weight.value, linear.bias.value


def _linear(name: str, made: tuple[Floats, Floats]) -> dict[str, Array]:
    return {f"{name}.weight": np.ascontiguousarray(made[0]), f"{name}.bias": made[1]}


class Encoder:
    """Trained weights, served. Nothing is written to: any number of threads may ask."""

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        self.names, self.own, self.of_kinds = arrays["names"], arrays["vectors"], arrays["kinds"]
        self.layers: list[tuple[bool, Floats, Floats, Floats, Floats]] = []
        while f"{len(self.layers)}.remembers" in arrays:
            at = len(self.layers)
            weight, bias, out, out_bias = (
                arrays[f"{at}.{name}"] for name in ("in.weight", "in.bias", "out.weight", "out.bias")
            )
            self.layers.append((bool(arrays[f"{at}.remembers"]), weight, bias, out, out_bias))
        self.stretch, self.shift = arrays["stretch"], arrays["shift"]

    def vectors(self, features: Array, number: Array) -> Floats:
        """Return the vectors of clips [n, width] from their features [n, columns] and their numbers (-1: none) among
        those that have one of their own."""
        made: Floats = np.asarray(_times(kinds(features, BUCKETS), self.of_kinds), np.float32)
        known = number >= 0
        made[known] += self.own[number[known]]
        return made

    def state(self, vectors: Floats) -> Floats:
        """Return what comes next as a vector [width], after clips of these vectors [n, width], n >= 1, oldest first."""
        x = vectors * np.float32(np.sqrt(vectors.shape[1]))
        for remembers, weight, bias, out, out_bias in self.layers:
            a = _normed(x) @ weight
            a += bias
            x = x + (_remembered(a) if remembers else _gated(a, STEEP)) @ out
            x += out_bias
        last: Floats = _normed(x[-1:])[0] * self.stretch + self.shift
        return last


def _times(left: Kinds, right: Floats) -> Floats:
    return np.asarray(left @ right)


def _normed(x: Floats) -> Floats:
    x = x - x.mean(axis=1, keepdims=True)
    x *= 1.0 / np.sqrt(np.einsum("ij,ij->i", x, x) / np.float32(x.shape[1]) + np.float32(1e-5))[:, None]
    return x


def _gated(a: Floats, steep: float) -> Floats:
    gate: Floats = np.tanh(a * np.float32(0.5 * steep))
    gate += 1.0
    gate *= a
    gate *= np.float32(0.5)
    return gate


def _remembered(a: Floats) -> Floats:
    n = a.shape[1] // 3
    forget = np.tanh(a[:, n : 2 * n] * np.float32(0.5))
    forget *= np.float32(0.5)
    forget += np.float32(0.5)
    h: Floats = (1.0 - forget) * a[:, :n]
    for now in range(1, len(h)):
        h[now] += forget[now] * h[now - 1]
    h *= _gated(a[:, 2 * n :], 1.0)
    return h


__all__ = ["BLOCKS", "WIDTH", "Encoder", "Training", "train", "weights"]
