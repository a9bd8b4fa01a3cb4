"""The same upload again: how many copies of a blocked clip are found, changed in which way, and how many others are.

Real recordings (PARVIS_MATERIAL) are blocked; each is changed in the ways of `CHANGES`, and looked for as an upload is.
Every recording is also asked against every other, changed or not: none of those may match. Then the recordings stand
in longer and longer lists of made-up looks, and every copy is looked for by the index and one by one: how many of those
that are found one by one the index misses, how long each takes, how much room a look takes, and how many clips a second
a sweep compares with one look.
"""

import os
import subprocess
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Final

import imageio_ffmpeg
import numpy as np

from benchmarks.report import report
from parvis.kit.ids import uuid7
from parvis.media.likeness import FORMS, PICTURES, PLACES, Likeness, alike, likeness, share
from parvis.media.looks_index import Index
from parvis.media.pdq import BYTES
from parvis.media.sought import Sieve

SMALL = os.environ.get("SCALE") == "small"
MATERIAL = Path(os.environ.get("PARVIS_MATERIAL", str(Path(__file__).parents[2] / "shared")))
SECONDS = 8
LOOKS: Final = (200, 1_500) if SMALL else (1_500, 15_000, 100_000)  # of up to 672 hashes each
BATCH: Final = 2_000
SWEPT: Final = 5_000
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


def made_up(dice: np.random.Generator, pictures: int, each: int) -> bytes:
    """Hashes as those of pictures that have nothing in common."""
    return dice.bytes(pictures * each * BYTES)


def lists(originals: dict[str, Likeness], copied: list[Likeness], folder: Path) -> dict[str, float]:
    """Return what asking costs in longer and longer lists, and how many copies the index misses."""
    dice, index, figures = np.random.default_rng(4), Index(folder), {"missed": 0.0}
    looks = [(uuid7(), one.shown) for one in originals.values()]
    known = {name: look for name, (look, _) in zip(originals, looks, strict=True)}
    found = [(one, {known[name] for name in originals if alike(one.asked, originals[name].shown)}) for one in copied]
    many, adding = 0, 0.0
    for size in LOOKS:
        while many < size:
            looks += [(uuid7(), made_up(dice, PICTURES, PLACES)) for _ in range(min(BATCH, size - many) - len(looks))]
            begun = time.perf_counter()
            index.add(looks)
            adding += time.perf_counter() - begun
            many, looks = many + len(looks), []
        took = []
        for one, expected in found:
            begun = time.perf_counter()
            candidates = index.known().candidates(one.asked)
            took.append((time.perf_counter() - begun) * 1000)
            figures["missed"] += len(expected - set(candidates))
        figures[f"index_ms_{size}"] = round(median(took), 1)
        figures[f"index_ms_most_{size}"] = round(max(took), 1)
        print(f"{size:9} looks: median {median(took):.1f} ms", flush=True)
    figures["index_add_ms_each"] = round(adding * 1000 / many, 2)
    figures["index_kb_each"] = round(sum(file.stat().st_size for file in folder.iterdir()) / many / 1000, 1)
    return figures


def one_by_one(originals: dict[str, Likeness]) -> dict[str, float]:
    """Return the milliseconds that one comparison takes, and how many clips a sweep compares in a second."""
    dice = np.random.default_rng(5)
    asked, shown = next((one.asked, one.shown) for one in originals.values())
    others = [made_up(dice, PICTURES, PLACES) for _ in range(LOOKS[0])]
    started = time.perf_counter()
    assert not any(alike(asked, other) for other in others)
    each = (time.perf_counter() - started) * 1000 / len(others)
    clips = [made_up(dice, PICTURES // 2, FORMS) for _ in range(SWEPT)]
    started = time.perf_counter()
    assert len(Sieve(shown).passing(clips)) < SWEPT / 100
    return {
        "one_by_one_ms_each": round(each, 3),
        f"one_by_one_ms_{LOOKS[-1]}": round(each * LOOKS[-1]),
        "swept_per_second": round(SWEPT / (time.perf_counter() - started)),
    }


def main() -> None:
    """Measure and report."""
    with tempfile.TemporaryDirectory() as folder:
        originals, changed = copies(Path(folder))
    with tempfile.TemporaryDirectory() as folder:
        figures = lists(originals, list(changed.values()), Path(folder))
    figures |= one_by_one(originals)
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
    bars: dict[str, tuple[str, float]] = {f"recall_{name}": (">=", 0.9) for name in PROMISED}
    report(
        "likeness",
        figures,
        {**bars, "others_found": ("==", 0), "missed": ("==", 0), f"index_ms_{LOOKS[-1]}": ("<", 250)},
    )


if __name__ == "__main__":
    main()
