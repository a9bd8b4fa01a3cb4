"""Small tunes: chords, bass, melody and drums from a seed, in one of several manners.

A bar has as many steps as its drum patterns; four steps are a beat. Melodies walk the scale and rest on the chord.
"""

from dataclasses import dataclass

import numpy as np

from parvis.media.synth import instruments as play
from parvis.media.synth.instruments import RATE, Sound
from parvis.media.synth.manners import TUNES, Manner


@dataclass(frozen=True)
class _Bar:
    """Where a bar goes and on which degree of the scale it rests."""

    mix: Sound
    manner: Manner
    key: int
    degree: int


def compose(name: str, seed: int, seconds: float) -> Sound:
    """(samples, 2): the tune, its loudest sample at 0.85. Raises KeyError for a name that is none of TUNES."""
    manner = TUNES[name]
    random = np.random.default_rng([seed, sum(name.encode())])
    mix = np.zeros((int(seconds * RATE) + 3 * RATE, 2), np.float32)
    steps = len(manner.kick)
    step = 15 / manner.tempo
    key = manner.key + int(random.integers(-4, 5))
    bars = int(np.ceil(seconds / (steps * step)))
    for bar in range(bars):
        start = bar * steps * step
        bar_of = _Bar(mix, manner, key, manner.chords[bar % len(manner.chords)])
        _harmony(bar_of, start, steps * step)
        _line(bar_of, start, step, random)
        _drums(mix, manner, start, step, random)
    return _finished(mix, seconds)


def beats_per_second(name: str) -> float:
    """The tempo of a tune."""
    return TUNES[name].tempo / 60


def _put(mix: Sound, sound: Sound, at: float, level: float, side: float = 0.0) -> None:
    first = int(at * RATE)
    part = mix[first : first + len(sound)]
    heard = sound[: len(part), None] * np.float32(level)
    part += heard * np.array([1 - max(0.0, side), 1 + min(0.0, side)], np.float32)


def _note(manner: Manner, key: int, degree: int) -> int:
    octave, inside = divmod(degree, len(manner.scale))
    return key + 12 * octave + manner.scale[inside]


def _harmony(bar: _Bar, start: float, length: float) -> None:
    mix, manner, key, degree = bar.mix, bar.manner, bar.key, bar.degree
    third = [_note(manner, key, degree + above) for above in (0, 2, 4, 6)]
    if manner.arpeggio:
        _arpeggio(bar, third, start, length)
        return
    strums = 4 if manner.voice in {play.pluck, play.bell} else 1
    for strum in range(strums):
        for number, note in enumerate(third):
            late = 0.012 * number if strums > 1 else 0.0
            side = (number - 1.5) / 3
            _put(mix, manner.voice(note, length / strums), start + strum * length / strums + late, 0.12, side)


def _arpeggio(bar: _Bar, third: list[int], start: float, length: float) -> None:
    each = length / 16
    for number in range(16):
        note = third[(0, 1, 2, 1)[number % 4]] + 12 * (number // 4 % 2)
        _put(bar.mix, bar.manner.voice(note, each), start + number * each, 0.16, 0.5 if number % 2 else -0.5)
    for note in third[:3]:
        _put(bar.mix, play.pad(note, length), start, 0.07)


def _line(bar: _Bar, start: float, step: float, random: np.random.Generator) -> None:
    mix, manner, key, degree = bar.mix, bar.manner, bar.key, bar.degree
    for number, mark in enumerate(manner.bass):
        if mark == "x":
            note = _note(manner, key, degree) - 24 + (7 if number % 8 == 6 else 0)
            _put(mix, manner.low(note if note > 30 else note + 12, step * 2.4), start + number * step, 0.34)
    place, at = degree + int(random.choice([0, 2, 4])), 0
    for mark in manner.melody:
        long = int(mark)
        if random.random() < 0.86:
            tone = manner.lead(_note(manner, key + 12, place), step * long * 0.95)
            _put(mix, tone, start + _late(manner, at) * step, 0.24, 0.25)
            echo = tone * np.float32(0.35)
            _put(mix, echo, start + (at + 3) * step, 0.24, -0.5)
        at += long
        place += int(random.choice([-2, -1, -1, 1, 1, 2]))
        place = degree + (place - degree) % 8


def _late(manner: Manner, step: int) -> float:
    return step + (manner.swing if step % 4 == 2 else 0.0)


def _drums(mix: Sound, manner: Manner, start: float, step: float, random: np.random.Generator) -> None:
    soft = manner.voice is play.pluck
    struck = {
        "kick": (manner.kick, play.kick(), 0.62),
        "snare": (manner.snare, play.shaker(random) if soft else play.snare(random), 0.42),
        "hat": (manner.hat, play.hat(random), 0.4),
    }
    for pattern, sound, level in struck.values():
        for number, mark in enumerate(pattern):
            if mark == "x":
                touch = level * float(0.85 + 0.15 * random.random()) * (1.0 if number % 4 == 0 else 0.8)
                _put(mix, sound, start + _late(manner, number) * step, touch, 0.15 if number % 4 else -0.1)


def _finished(mix: Sound, seconds: float) -> Sound:
    """Cut to length, gently saturated, faded at both ends so that a loop does not click."""
    cut = np.tanh(mix[: int(seconds * RATE)] * np.float32(1.3))
    fade = min(len(cut) // 4, RATE // 20)
    cut[-fade:] *= np.linspace(1, 0, fade, dtype=np.float32)[:, None]
    cut[:200] *= np.linspace(0, 1, len(cut[:200]), dtype=np.float32)[:, None]
    return np.asarray(cut / max(float(np.abs(cut).max()), 1e-6) * 0.85, np.float32)
