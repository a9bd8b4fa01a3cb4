"""Every odd and real file through probe, ladder and poster; writes docs/reference/odd-files.md.

The files: $PARVIS_MATERIAL/media/video and /odd where they are, and those `parvis.media.tests.odd` makes. Each runs
in a process of its own, so that its peak memory is its own. What is playable is decoded again and checked: size, start
at zero, length within 0.1 s, not black, sound where there was some.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import av
import numpy as np

from benchmarks.report import report
from parvis.media.errors import MediaError
from parvis.media.poster import make_poster
from parvis.media.probe import Probe, probe
from parvis.media.tests.odd import ODD, make
from parvis.media.transcode import Rendition, transcode_first, transcode_rest

ROOT = Path(__file__).resolve().parents[1]
TABLE = ROOT / "docs" / "reference" / "odd-files.md"
MATERIAL = Path(os.environ.get("PARVIS_MATERIAL", ROOT.parent / "shared"))
SMALL = os.environ.get("SCALE") == "small"

# By what the name holds; everything else has to play. The first that fits counts.
REFUSALS = {
    "text": "not-a-video",
    "png": "not-a-video",
    "empty": "not-a-video",
    "hls": "playlist",
    "concat": "playlist",
    "audio_only": "no-video",
    "cover": "no-video",
    "truncated": "damaged",
    "cut_": "damaged",
    "10hours": "too-long",
    "ten_hours": "too-long",
    "8192": "too-large-picture",
    "tiny": "too-small-picture",
    "one_picture": "too-short",
}
INTRODUCTION = """# Odd files

What becomes of unusual, broken, hostile and disguised files. Written by `make bench NAME=odd_files`; seconds and peak
memory are of the machine that wrote it. "Made" files come from `parvis/media/tests/odd.py`; the others are real
material that is not part of Parvis. Every playable result was decoded again and checked: upright size, start at zero,
length within 0.1 s of the source, not black, sound where the source has some that can be heard.

| File | What it is | Outcome | Seconds | Peak MB |
|---|---|---|---|---|
"""


def one(path: Path) -> dict[str, object]:
    """The row of one file; runs in a process of its own."""
    started = time.monotonic()
    row: dict[str, object] = {"file": path.name, "what": "", "wrong": []}
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        try:
            known = probe(path)
            row["what"] = described(known)
            rungs = ladder(path, known, scratch)
            make_poster(rungs[0].path, scratch)
            row["outcome"] = ", ".join(f"{rung.width}x{rung.height}" for rung in rungs)
            row["wrong"] = [fault for rung in rungs for fault in faults(rung, known)]
        except MediaError as refusal:
            row |= {"outcome": f"refused: {refusal.code}", "refused": refusal.code}
            row["wrong"] = [f"left behind {left.name}" for left in scratch.iterdir() if left.name != "source.mp4"]
    row["seconds"] = time.monotonic() - started
    row["memory"] = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return row


def ladder(path: Path, known: Probe, scratch: Path) -> list[Rendition]:
    """All rungs, ascending."""
    first = transcode_first(path, known, scratch)
    rest = transcode_rest(path, known, scratch, first=first.path)
    return sorted(rest if first.temporary else [first, *rest], key=lambda rung: rung.width)


def described(known: Probe) -> str:
    """A source in a few words."""
    parts = [
        f"{known.video_codec} {known.width}x{known.height}",
        f"{known.fps:g}/s",
        f"{known.duration_ms / 1000:.1f} s",
    ]
    if known.rotation:
        parts.append(f"turned {known.rotation} degrees")
    if known.variable_frame_rate:
        parts.append("variable rate")
    if known.bit_depth > 8:
        parts.append(f"{known.bit_depth} bit {known.transfer or ''}".strip())
    if not known.square_pixels:
        parts.append("anamorphic")
    if known.full_range:
        parts.append("full range")
    silent = "silent track" if known.audio_index is not None else "no sound"
    parts.append(f"{known.audio_codec} {known.audio_channels} ch" if known.has_audio else silent)
    return ", ".join(parts)


def faults(rung: Rendition, known: Probe) -> list[str]:
    """What is wrong with a finished rung."""
    with av.open(str(rung.path)) as container:
        frames = list(container.decode(video=0))
    found = []
    start, last = frames[0].time or 0.0, frames[-1]
    end = (last.time or 0.0) + float(last.duration * last.time_base)
    brightest = max(float(frame.to_ndarray(format="gray").max()) for frame in frames[:: max(1, len(frames) // 5)])
    if (frames[0].width, frames[0].height) != (rung.width, rung.height):
        found.append(f"{frames[0].width}x{frames[0].height}")
    if abs(rung.width / rung.height - known.width / known.height) > 0.02 * known.width / known.height:
        found.append("another shape")
    if start > 0.01 or abs(end - rung.duration_ms / 1000) > 0.1:
        found.append(f"plays {start:.2f} to {end:.2f} s")
    if abs(rung.duration_ms - known.duration_ms) > 100 and abs(rung.duration_ms - known.video_ms) > 100:
        found.append("another length")
    if brightest < 40 or np.isnan(brightest):
        found.append("black")
    heard = probe(rung.path)
    if heard.has_audio != known.has_audio:
        found.append("sound lost" if known.has_audio else "sound out of nowhere")
    return [f"{rung.name}: {fault}" for fault in found]


def judged(row: dict[str, object]) -> list[str]:
    """All that is wrong with a row, the outcome itself included."""
    name = str(row["file"])
    wanted = next((code for part, code in REFUSALS.items() if part in name), None)
    wrong = [str(fault) for fault in row["wrong"]]  # type: ignore[attr-defined]
    if row.get("refused") != wanted:
        wrong.append(f"expected {wanted or 'to play'}")
    return wrong


def main() -> None:
    """Make the table."""
    rows: list[dict[str, object]] = []
    with tempfile.TemporaryDirectory() as name:
        files = [("made", make(odd, Path(name))) for odd in ODD if not (SMALL and odd == "huge-picture")]
        for folder in () if SMALL else ("odd", "video"):
            files += [("", path) for path in sorted((MATERIAL / "media" / folder).glob("*.*"))]
        for origin, path in files:
            command = [sys.executable, __file__, "--one", str(path)]
            done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=900)
            row = json.loads(done.stdout.splitlines()[-1]) | {"origin": origin}
            row["wrong"] = judged(row)
            print(f"{row['file']}: {row['outcome']} ({row['seconds']:.1f} s) {row['wrong'] or ''}", flush=True)
            rows.append(row)
    if not SMALL:
        TABLE.write_text(INTRODUCTION + "".join(table_row(row) for row in rows))
    figures = {
        "files": len(rows),
        "refused": sum("refused" in row for row in rows),
        "wrong": sum(bool(row["wrong"]) for row in rows),
        "longest_seconds": round(max(float(str(row["seconds"])) for row in rows), 1),
        "peak_memory_mb": round(max(float(str(row["memory"])) for row in rows)),
    }
    report("odd_files", figures, {"wrong": ("==", 0)})


def table_row(row: dict[str, object]) -> str:
    """One line of Markdown."""
    what = str(row["what"]) or "-"
    if row["origin"]:
        what = f"made: {what}" if row["what"] else "made"
    outcome = str(row["outcome"]) + (f" **wrong: {row['wrong']}**" if row["wrong"] else "")
    return (
        f"| {row['file']} | {what} | {outcome} | {float(str(row['seconds'])):.1f} | {float(str(row['memory'])):.0f} |\n"
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(one(Path(sys.argv[2]))))
    else:
        main()
