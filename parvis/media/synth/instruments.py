"""Sounds made of arithmetic: mono float32 at RATE, about -1..1."""
# mypy: disable-error-code="no-any-return"
# NumPy's stubs lose the type in most arithmetic.

from typing import Any

import numpy as np
import numpy.typing as npt

RATE = 44_100
Sound = npt.NDArray[Any]


def clock(seconds: float) -> Sound:
    """Times of samples, in seconds."""
    return np.arange(max(1, int(seconds * RATE)), dtype=np.float32) / RATE


def hertz(note: float) -> float:
    """Frequency of a MIDI note number; 69 is A at 440 Hz."""
    return float(440.0 * 2 ** ((note - 69) / 12))


def swell(t: Sound, attack: float, release: float) -> Sound:
    """An envelope that rises over `attack` s and falls over the last `release` s."""
    length = float(t[-1]) + 1 / RATE
    return np.minimum(np.clip(t / max(attack, 1e-3), 0, 1), np.clip((length - t) / max(release, 1e-3), 0, 1))


def partials(t: Sound, frequency: float, weights: tuple[float, ...], fall: float = 0.0) -> Sound:
    """A sum of harmonics; with `fall` the higher ones die away sooner (1/s)."""
    out = np.zeros_like(t)
    for number, weight in enumerate(weights, 1):
        if frequency * number < RATE / 2.2 and weight:
            part = np.sin(np.float32(2 * np.pi * frequency * number) * t, dtype=np.float32) * np.float32(weight)
            out += part * np.exp(-t * np.float32(fall * number)) if fall else part
    return out


def pad(note: float, seconds: float) -> Sound:
    """Slow strings: two detuned voices."""
    t = clock(seconds)
    weights = (0.5, 0.22, 0.14, 0.08, 0.05)
    voices = partials(t, hertz(note) * 1.003, weights) + partials(t, hertz(note) * 0.997, weights)
    return voices * swell(t, 0.25, 0.35) * np.float32(0.5)


def organ(note: float, seconds: float) -> Sound:
    """Drawbars, with a slow tremble."""
    t = clock(seconds)
    tremble = 1 + 0.12 * np.sin(2 * np.pi * 5.5 * t)
    return partials(t, hertz(note), (0.5, 0.4, 0.25, 0.2, 0, 0.12)) * tremble * swell(t, 0.02, 0.06) * np.float32(0.6)


def pluck(note: float, seconds: float) -> Sound:
    """A plucked string."""
    t = clock(min(seconds + 0.3, 1.6))
    return partials(t, hertz(note), (0.6, 0.45, 0.3, 0.2, 0.14, 0.1), 1.9) * np.exp(-t * 2.2) * swell(t, 0.004, 0.05)


def bell(note: float, seconds: float) -> Sound:
    """Frequency modulation, as the first digital pianos did it (Chowning 1973)."""
    t = clock(min(seconds + 0.5, 1.8))
    f = np.float32(2 * np.pi * hertz(note))
    bend = np.sin(f * np.float32(3.01) * t) * np.exp(-t * 6) * np.float32(1.4)
    return (np.sin(f * t + bend) * np.exp(-t * 2.6) * swell(t, 0.003, 0.1)).astype(np.float32) * np.float32(0.7)


def flute(note: float, seconds: float) -> Sound:
    """A soft whistle with vibrato."""
    t = clock(seconds)
    sway = np.sin(2 * np.pi * 5.2 * t) * np.clip(t * 3, 0, 1) * np.float32(0.06)
    tone = np.sin(np.float32(2 * np.pi * hertz(note)) * t + sway * 8) + 0.18 * np.sin(
        np.float32(4 * np.pi * hertz(note)) * t
    )
    return (tone * swell(t, 0.05, 0.09)).astype(np.float32) * np.float32(0.55)


def square(note: float, seconds: float) -> Sound:
    """A game console's voice."""
    t = clock(seconds)
    return (
        partials(t, hertz(note), (0.6, 0, 0.2, 0, 0.12, 0, 0.085, 0, 0.06)) * swell(t, 0.003, 0.04) * np.exp(-t * 1.5)
    )


def bass(note: float, seconds: float) -> Sound:
    """Round and short."""
    t = clock(seconds)
    return partials(t, hertz(note), (0.9, 0.35, 0.16, 0.08), 0.8) * swell(t, 0.006, 0.05) * np.exp(-t * 1.2)


def saw_bass(note: float, seconds: float) -> Sound:
    """Bright, its upper partials closing quickly."""
    t = clock(seconds)
    weights = tuple(0.8 / number for number in range(1, 12))
    return partials(t, hertz(note), weights, 1.1) * swell(t, 0.004, 0.04)


def kick() -> Sound:
    """A drum that falls from 150 to 45 Hz."""
    t = clock(0.32)
    phase = 45 * t + 105 / 28 * (1 - np.exp(-28 * t))
    return (np.sin(2 * np.pi * phase) * np.exp(-t * 9)).astype(np.float32)


def snare(noise: np.random.Generator) -> Sound:
    """Noise over a short tone."""
    t = clock(0.22)
    rattle = _bright(noise.standard_normal(t.size).astype(np.float32)) * np.exp(-t * 19)
    return (rattle * 0.5 + np.sin(2 * np.pi * 190 * t) * np.exp(-t * 26) * 0.6).astype(np.float32)


def clap(noise: np.random.Generator) -> Sound:
    """Three bursts of noise close together."""
    t = clock(0.25)
    bursts = sum(
        (np.exp(-np.abs(t - at) * 240) for at in (0.0, 0.012, 0.024)),
        np.exp(-np.clip(t - 0.03, 0, 1) * 22) * (t > 0.03),
    )
    return (_bright(noise.standard_normal(t.size).astype(np.float32)) * bursts * 0.45).astype(np.float32)


def hat(noise: np.random.Generator, *, ring: float = 55.0) -> Sound:
    """The top of some noise; a lower `ring` (1/s) is an open one."""
    t = clock(0.06 if ring > 40 else 0.24)
    return (_bright(_bright(noise.standard_normal(t.size).astype(np.float32))) * np.exp(-t * ring) * 0.3).astype(
        np.float32
    )


def shaker(noise: np.random.Generator) -> Sound:
    """A soft grain."""
    t = clock(0.09)
    return (_bright(noise.standard_normal(t.size).astype(np.float32)) * np.sin(np.pi * t / 0.09) ** 2 * 0.25).astype(
        np.float32
    )


def _bright(sound: Sound) -> Sound:
    return np.diff(sound, prepend=np.float32(0)) * np.float32(0.7)
