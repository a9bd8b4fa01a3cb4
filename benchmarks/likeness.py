"""The same upload again: how many copies of a blocked clip are found, changed in which way, and how many others are.

Real recordings (PARVIS_MATERIAL) are blocked; each is changed in the ways of `CHANGES`, and looked for as an upload is.
Every recording is also asked against every other, changed or not: none of those may match. Last, the time that one
upload takes to be looked for among 100,000 blocked hashes.
"""

import os
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Final

import imageio_ffmpeg
import numpy as np

from benchmarks.report import report
from parvis.media.likeness import PLACES, Likeness, alike, first_alike, likeness, share

SMALL = os.environ.get("SCALE") == "small"
MATERIAL = Path(os.environ.get("PARVIS_MATERIAL", str(Path(__file__).parents[2] / "shared")))
SECONDS = 8
HASHES: Final = 100_000
CHANGES: Final = {
    "encoded": ["-crf", "36"],
    "small": ["-vf", "scale=iw/3:-2"],
    "bright": ["-vf", "eq=brightness=0.1:contrast=1.2"],
    "grey": ["-vf", "hue=s=0"],
    "flipped": ["-vf", "hflip"],
    "upside_down": ["-vf", "vflip"],
    "turned": ["-vf", "transpose=1"],
    "crop_5": ["-vf", "crop=iw*0.95:ih*0.95"],
    "crop_10": ["-vf", "crop=iw*0.9:ih*0.9"],
    "crop_20": ["-vf", "crop=iw*0.8:ih*0.8"],
    "crop_10_corner": ["-vf", "crop=iw*0.9:ih*0.9:0:0"],
    "crop_12_aside": ["-vf", "crop=iw*0.88:ih*0.88:iw*0.03:ih*0.08"],
    "crop_20_below": ["-vf", "crop=iw:ih*0.8:0:0"],
    "crop_10_flipped": ["-vf", "crop=iw*0.9:ih*0.9,hflip"],
    "border": ["-vf", "pad=iw*1.2:ih*1.2:(ow-iw)/2:(oh-ih)/2:white"],
    "letterbox": ["-vf", "pad=iw:iw*2:0:(oh-ih)/2"],
    "trimmed": ["-ss", "0.7"],
    "slower_pictures": ["-r", "15"],
    "faster": ["-vf", "setpts=PTS/1.25", "-an"],
    "tilted_3": ["-vf", "rotate=3*PI/180"],
}
# What the hash is made to stand; the others are measured, and promised to nobody.
PROMISED: Final = (
    *("encoded", "small", "bright", "grey", "flipped", "upside_down", "turned", "border", "slower_pictures"),
    *("crop_5", "crop_10", "crop_20", "crop_10_corner", "crop_20_below", "crop_10_flipped"),
)


def made(source: Path, target: Path, *options: str) -> Path:
    """Encode a file again with options of ffmpeg."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-loglevel", "error", "-y", "-i", str(source)]
    encoder = ["-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", "-an", "-threads", "1"]
    if "-vf" in options:  # H.264 wants even sides
        place = options.index("-vf") + 1
        options = (*options[:place], options[place] + ",scale=trunc(iw/2)*2:trunc(ih/2)*2", *options[place + 1 :])
    subprocess.run([*command, *encoder, *options, str(target)], check=True, timeout=300)
    return target


def copies(folder: Path) -> tuple[dict[str, Likeness], dict[tuple[str, str], Likeness]]:
    """Return the likeness of each recording, and of each changed in each way."""
    originals, changed = {}, {}
    for source in sorted((MATERIAL / "media" / "video").iterdir())[: 3 if SMALL else None]:
        cut = made(source, folder / "cut.mp4", "-t", str(SECONDS), "-vf", "scale=-2:640")
        originals[source.stem] = likeness(cut)
        for name, options in CHANGES.items():
            changed[source.stem, name] = likeness(made(cut, folder / "changed.mp4", *options))
    return originals, changed


def lookup(asked: bytes) -> tuple[float, int]:
    """Return the milliseconds of a search among HASHES hashes that finds nothing, and how many clips those are."""
    dice = np.random.default_rng(4)
    rows = HASHES // (16 * PLACES) + 1
    others = [dice.bytes(16 * PLACES * 32) for _ in range(rows)]
    started = time.perf_counter()
    assert first_alike(asked, others) is None
    return (time.perf_counter() - started) * 1000, rows


def main() -> None:
    """Measure and report."""
    with tempfile.TemporaryDirectory() as folder:
        originals, changed = copies(Path(folder))
    figures: dict[str, float] = {}
    for name in CHANGES:
        found = [alike(one.asked, originals[which].shown) for (which, how), one in changed.items() if how == name]
        figures[f"recall_{name}"] = round(sum(found) / len(found), 3)
        print(f"{name:16} found {sum(found)} of {len(found)}", flush=True)
    others = [
        share(one.asked, shown.shown)
        for (which, _how), one in [*changed.items(), *(((name, ""), own) for name, own in originals.items())]
        for name, shown in originals.items()
        if name != which
    ]
    figures["others"] = len(others)
    figures["others_found"] = sum(one > 0.5 for one in others)
    figures["others_share_most"] = round(max(others), 3)
    figures["lookup_ms"], figures["lookup_clips"] = lookup(next(iter(originals.values())).asked)
    bars: dict[str, tuple[str, float]] = {f"recall_{name}": (">=", 0.9) for name in PROMISED}
    report("likeness", figures, {**bars, "others_found": ("==", 0), "lookup_ms": ("<", 1000)})


if __name__ == "__main__":
    main()
