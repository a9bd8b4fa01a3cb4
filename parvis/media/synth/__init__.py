"""Clips that Parvis makes itself: animated pictures that dance to synthesised tunes, the same for the same seed."""

import os
import subprocess
import tempfile
import wave
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from parvis.media.sandbox import ffmpeg
from parvis.media.synth import motion, pattern, sky
from parvis.media.synth.canvas import Canvas, Draw, Moment
from parvis.media.synth.instruments import RATE, Sound
from parvis.media.synth.manners import TUNES
from parvis.media.synth.tunes import beats_per_second, compose

SCENES: Mapping[str, Callable[[Canvas], Draw]] = {
    "dusk-square": sky.dusk_square,
    "lanterns": sky.lanterns,
    "aurora": sky.aurora,
    "sea": sky.sea,
    "neon-rain": sky.neon_rain,
    "night-drive": sky.night_drive,
    "silk": pattern.silk,
    "kaleidoscope": pattern.kaleidoscope,
    "tilework": pattern.tilework,
    "roses": pattern.roses,
    "rings": pattern.rings,
    "stained-glass": pattern.stained_glass,
    "fountain": motion.fountain,
    "fireworks": motion.fireworks,
    "bouncing": motion.bouncing,
    "planets": motion.planets,
}

__all__ = ["SCENES", "TUNES", "make_clip"]

DRAWN = 2  # one drawn pixel for so many of the clip, each way: ffmpeg enlarges smoothly
DECAY = 3.2  # of the pulse, per beat


def make_clip(
    path: Path,
    *,
    scene: str,
    tune: str,
    seed: int,
    seconds: float = 8,
    width: int = 540,
    height: int = 960,
    fps: int = 30,
) -> None:
    """Write an MP4 (H.264, AAC) of `seconds`: `scene` of SCENES dancing to `tune` of TUNES. Some 3 s of processor time.

    The same arguments give the same pictures and samples. `path` appears complete or not at all; a crash leaves
    `path` + ".part". Raises KeyError for an unknown name, CalledProcessError when ffmpeg fails.
    """
    random = np.random.default_rng([seed, sum(scene.encode())])
    canvas = Canvas(max(32, width // DRAWN), max(32, height // DRAWN), random)
    draw = SCENES[scene](canvas)
    beats = beats_per_second(tune)
    part = path.with_name(path.name + ".part")
    with tempfile.TemporaryDirectory(prefix="parvis-synth-") as folder:
        sound = Path(folder) / "tune.wav"
        write_wave(sound, compose(tune, seed, seconds))
        command = [*_command(canvas, sound, (width, height), fps), "-t", f"{seconds:.3f}", str(part)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            assert process.stdin is not None
            for number in range(round(seconds * fps)):
                now = number / fps
                beat = now * beats
                pulse = float(np.exp(-(beat % 1) * DECAY))
                process.stdin.write(draw(Moment(now, beat, pulse, now / seconds)).tobytes())
            _, errors = process.communicate()
    if process.returncode != 0:
        part.unlink(missing_ok=True)
        raise subprocess.CalledProcessError(process.returncode, command, stderr=errors)
    os.replace(part, path)  # noqa: PTH105 - atomic, also over an earlier one


def write_wave(path: Path, samples: Sound) -> None:
    """Write (samples, channels) floats of -1..1 as 16-bit WAV at RATE."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(samples.shape[1])
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())


def _command(canvas: Canvas, sound: Path, size: tuple[int, int], fps: int) -> list[str]:
    return [
        *(ffmpeg(), "-nostdin", "-loglevel", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24"),
        *("-s", f"{canvas.width}x{canvas.height}", "-r", str(fps), "-i", "pipe:0", "-i", str(sound)),
        *("-vf", f"scale={size[0]}:{size[1]}:flags=bicubic:out_color_matrix=bt709:out_range=tv,format=yuv420p"),
        *("-c:v", "libx264", "-preset", "ultrafast", "-crf", "23", "-g", str(fps * 2), "-threads", "2"),
        *("-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-c:a", "aac", "-b:a", "128k"),
        *("-fflags", "+bitexact", "-movflags", "+faststart", "-f", "mp4"),
    ]
