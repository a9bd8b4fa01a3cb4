"""The layers of the network in plain NumPy, each with its derivative written by hand.

Arrays are [time, batch, width], time first, so that a step of the recurrence is one contiguous slice. A layer keeps
what its last `forward` computed until `backward` asks for it; `backward` takes the derivative of the loss by the
output, adds to the gradients of the layer's parameters and returns the derivative by the input.
"""

from dataclasses import dataclass, field

import numpy as np

from parvis.recommender.nextitem.sequences import Floats

STEEP = 1.702  # x * sigmoid(1.702 x) is the quick form of GELU (Hendrycks and Gimpel, 2016)


@dataclass
class Parameter:
    """Numbers that are learnt, and the gradient of the loss by them."""

    value: Floats
    gradient: Floats = field(init=False)

    def __post_init__(self) -> None:
        self.gradient = np.zeros_like(self.value)


def sigmoid(x: Floats) -> Floats:
    """1 / (1 + e^-x) without overflow."""
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * x)), x.dtype)


def flat(x: Floats) -> Floats:
    """Return the vectors of all times and sequences in one matrix."""
    return x.reshape(-1, x.shape[-1])


class Linear:
    """x W + b."""

    def __init__(self, rng: np.random.Generator, width: int, out: int, scale: float = 1.0) -> None:
        drawn = rng.standard_normal((width, out)) * scale / np.sqrt(width)
        self.weight = Parameter(drawn.astype(np.float32))
        self.bias = Parameter(np.zeros(out, np.float32))

    def parameters(self) -> list[Parameter]:
        """Everything that is learnt."""
        return [self.weight, self.bias]

    def forward(self, x: Floats) -> Floats:
        """[..., width] to [..., out]."""
        self._x = x
        y = flat(x) @ self.weight.value
        y += self.bias.value
        return y.reshape(*x.shape[:-1], -1)

    def backward(self, d: Floats) -> Floats:
        """See the module."""
        self.weight.gradient += flat(self._x).T @ flat(d)
        self.bias.gradient += flat(d).sum(axis=0)
        return (flat(d) @ self.weight.value.T).reshape(self._x.shape)


class Norm:
    """Each vector with mean 0 and variance 1, then stretched and moved (Ba, Kiros and Hinton, 2016)."""

    def __init__(self, width: int) -> None:
        self.stretch = Parameter(np.ones(width, np.float32))
        self.shift = Parameter(np.zeros(width, np.float32))

    def parameters(self) -> list[Parameter]:
        """Everything that is learnt."""
        return [self.stretch, self.shift]

    def forward(self, x: Floats) -> Floats:
        """[..., width] to the same."""
        centred = x - x.mean(axis=-1, keepdims=True)
        self._inverse = 1.0 / np.sqrt(np.square(centred).mean(axis=-1, keepdims=True) + x.dtype.type(1e-5))
        self._unit = centred * self._inverse
        y: Floats = self._unit * self.stretch.value + self.shift.value
        return y

    def backward(self, d: Floats) -> Floats:
        """See the module."""
        self.stretch.gradient += flat(d * self._unit).sum(axis=0)
        self.shift.gradient += flat(d).sum(axis=0)
        d = d * self.stretch.value
        along = (d * self._unit).mean(axis=-1, keepdims=True)
        d -= d.mean(axis=-1, keepdims=True) + self._unit * along
        return np.asarray(self._inverse * d, d.dtype)


class Dropout:
    """Zeroes a share of the numbers while training (Srivastava et al., JMLR 2014)."""

    def __init__(self, rng: np.random.Generator, share: float) -> None:
        self.rng, self.share = rng, share

    def forward(self, x: Floats, *, training: bool) -> Floats:
        """[...] to the same."""
        self._mask: Floats | None = None
        if training and self.share:
            kept = self.rng.random(x.shape, dtype=np.float32) >= self.share
            self._mask = kept.astype(x.dtype) / x.dtype.type(1.0 - self.share)
            return x * self._mask
        return x

    def backward(self, d: Floats) -> Floats:
        """See the module."""
        return d if self._mask is None else d * self._mask


class Memory:
    """A gated memory: h = f h + (1 - f) z, read through a gate; f, z and the gate depend on the input alone.

    The minimal form of a GRU (Feng et al., "Were RNNs All We Needed?", 2024), so the products are done for all times
    at once and only the cheap sum runs step by step. The forget biases start spread from fast to slow: decayed
    histories at many timescales, as in the ridge, and the rest is learnt.
    """

    def __init__(self, rng: np.random.Generator, width: int, state: int) -> None:
        self.state = state
        self.inward = Linear(rng, width, 3 * state)
        forget = np.linspace(0.3, 0.985, state)
        self.inward.bias.value[state : 2 * state] = np.log(forget / (1.0 - forget))
        self.outward = Linear(rng, state, width, 0.5)

    def parameters(self) -> list[Parameter]:
        """Everything that is learnt."""
        return [*self.inward.parameters(), *self.outward.parameters()]

    def forward(self, x: Floats) -> Floats:
        """[time, batch, width] to the same; what a step gives depends on it and earlier ones only."""
        n = self.state
        a = self.inward.forward(x)
        self._z, self._f = a[..., :n], sigmoid(a[..., n : 2 * n])
        self._a, self._open = a[..., 2 * n :], sigmoid(a[..., 2 * n :])
        self._h = (1.0 - self._f) * self._z
        for t in range(1, len(x)):
            self._h[t] += self._f[t] * self._h[t - 1]
        return self.outward.forward(self._h * (self._a * self._open))

    def backward(self, d: Floats) -> Floats:
        """See the module."""
        n, f = self.state, self._f
        d = self.outward.backward(d)
        da = np.empty((*d.shape[:-1], 3 * n), d.dtype)
        da[..., 2 * n :] = d * self._h * (self._open + self._a * self._open * (1.0 - self._open))
        dh = d * (self._a * self._open)
        for t in range(len(d) - 2, -1, -1):
            dh[t] += f[t + 1] * dh[t + 1]
        da[..., :n] = dh * (1.0 - f)
        df = -dh * self._z
        df[1:] += dh[1:] * self._h[:-1]
        da[..., n : 2 * n] = df * f * (1.0 - f)
        return self.inward.backward(da)


class FeedForward:
    """A hidden layer for each place by itself."""

    def __init__(self, rng: np.random.Generator, width: int, hidden: int) -> None:
        self.inward = Linear(rng, width, hidden)
        self.outward = Linear(rng, hidden, width, 0.5)

    def parameters(self) -> list[Parameter]:
        """Everything that is learnt."""
        return [*self.inward.parameters(), *self.outward.parameters()]

    def forward(self, x: Floats) -> Floats:
        """[..., width] to the same."""
        self._a = self.inward.forward(x)
        self._open = sigmoid(self._a.dtype.type(STEEP) * self._a)
        return self.outward.forward(self._a * self._open)

    def backward(self, d: Floats) -> Floats:
        """See the module."""
        d = self.outward.backward(d)
        slope = self._open * (1.0 + STEEP * self._a * (1.0 - self._open))
        return self.inward.backward(np.asarray(d * slope, d.dtype))


class Residual:
    """x + dropout(layer(norm(x)))."""

    def __init__(self, rng: np.random.Generator, width: int, layer: Memory | FeedForward, dropout: float) -> None:
        self.norm, self.layer, self.dropout = Norm(width), layer, Dropout(rng, dropout)

    def parameters(self) -> list[Parameter]:
        """Everything that is learnt."""
        return [*self.norm.parameters(), *self.layer.parameters()]

    def forward(self, x: Floats, *, training: bool) -> Floats:
        """[time, batch, width] to the same."""
        return x + self.dropout.forward(self.layer.forward(self.norm.forward(x)), training=training)

    def backward(self, d: Floats) -> Floats:
        """See the module."""
        return d + self.norm.backward(self.layer.backward(self.dropout.backward(d)))
