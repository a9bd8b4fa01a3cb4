"""Generated clips: the same for the same seed, playable, moving, with sound."""

from pathlib import Path

import numpy as np
import pytest

from parvis.media.probe import probe
from parvis.media.synth import SCENES, TUNES, make_clip
from parvis.media.synth.canvas import Canvas, Moment
from parvis.media.synth.instruments import RATE
from parvis.media.synth.tunes import compose


def drawn(scene: str, seed: int, second: float) -> np.ndarray:
    canvas = Canvas(54, 96, np.random.default_rng(seed))
    draw = SCENES[scene](canvas)
    draw(Moment(0, 0, 1, 0))
    return draw(Moment(second, second * 2, 0.3, second / 8))


@pytest.mark.parametrize("scene", SCENES)
def test_a_scene_is_a_picture_that_moves_and_repeats(scene: str) -> None:
    first, again, later = drawn(scene, 1, 1.0), drawn(scene, 1, 1.0), drawn(scene, 1, 2.4)
    assert (first.shape, first.dtype) == ((96, 54, 3), np.uint8)
    assert first.std() > 12
    assert np.array_equal(first, again)
    assert np.abs(first.astype(int) - later).mean() > 0.5


@pytest.mark.parametrize("tune", TUNES)
def test_a_tune_is_heard_and_repeats(tune: str) -> None:
    sound = compose(tune, 3, 2.0)
    assert sound.shape == (2 * RATE, 2)
    assert 0.05 < float(np.sqrt((sound**2).mean())) < 0.6
    assert np.abs(sound).max() <= 0.86
    assert np.array_equal(sound, compose(tune, 3, 2.0))


def test_a_clip_plays(tmp_path: Path) -> None:
    made = tmp_path / "clip.mp4"
    make_clip(made, scene="silk", tune="house", seed=1, seconds=1, width=108, height=192)
    known = probe(made)
    assert (known.width, known.height, known.duration_ms, known.fps) == (108, 192, 1000, 30)
    assert known.has_audio
    assert list(tmp_path.iterdir()) == [made]
