"""Our ladder beside one ffmpeg process per rendition: same rungs, encoder settings, limits and run.

Peers of this field start one process per rendition (MediaCMS: a task per encoding profile; PeerTube: a job per
resolution), one after another on one worker. Ours: probe, a first playable file, then the whole ladder from one decode.
Both sides make the same H.264 rungs with the same settings. Sound: each peer's process encodes AAC without measuring
loudness; ours measures and normalises once and takes the result over.

Figures: `wall_ratio` (ours, all steps, over theirs; median of the rounds, sides in turn first), `processor_ratio` (the
same in processor time), `first_playable_over_length` (probe and first playable file, over the clip's length), VMAF and
bytes of each rung on both sides. `hevc_...`: the same clip as HEVC, as iPhones record it, where the first playable file
has to be encoded.

PARVIS_MATERIAL is the folder of test media; without it a generated clip is used. SCALE=small: 3 s, one round, no
HEVC, and no bar on the first playable file.
"""

import os
import resource
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from benchmarks.report import report
from parvis.media.commands import Job, ladder_command
from parvis.media.ladder import plan
from parvis.media.limits import Limits
from parvis.media.probe import Probe, probe
from parvis.media.sandbox import ffmpeg, run
from parvis.media.synth import make_clip
from parvis.media.transcode import NICE, Rendition, bounds, transcode_first, transcode_rest

SMALL = os.environ.get("SCALE") == "small"
SECONDS = 3 if SMALL else 18
ROUNDS = 1 if SMALL else 3
BARS = {"wall_ratio": ("<=", 0.66)}
if not SMALL:  # promised of a clip of 15-20 s; of 3 s, starting the processes alone is a third
    BARS["first_playable_over_length"] = ("<", 0.3)
MATERIAL = Path(os.environ.get("PARVIS_MATERIAL", Path(__file__).resolve().parents[2] / "shared"))


def source(folder: Path) -> Path:
    """A 1080x1920 clip of SECONDS: a real one played on from its start, its pictures as recorded."""
    real = MATERIAL / "media" / "video" / "face_talk_1080x1920_60fps_speech.mp4"
    if not real.exists():
        real = folder / "made.mp4"
        make_clip(real, scene="silk", tune="house", seed=1, seconds=9, width=1080, height=1920)
    path = folder / "source.mp4"
    quiet(
        "-stream_loop",
        "3",
        "-i",
        str(real),
        "-t",
        str(SECONDS),
        "-map",
        "0:v:0",
        "-map",
        "0:a:0?",
        "-c",
        "copy",
        str(path),
    )
    return path


def as_hevc(path: Path) -> Path:
    """The same pictures at 30 a second in HEVC."""
    made = path.with_name("hevc.mp4")
    codec = (
        "-c:v",
        "libx265",
        "-preset",
        "ultrafast",
        "-crf",
        "20",
        "-x265-params",
        "log-level=none",
        "-tag:v",
        "hvc1",
    )
    quiet("-i", str(path), "-r", "30", *codec, "-c:a", "copy", str(made))
    return made


def quiet(*args: str) -> None:
    subprocess.run([ffmpeg(), "-nostdin", "-y", "-loglevel", "error", *args], check=True)


def ours(path: Path, scratch: Path) -> tuple[float, float, list[Rendition]]:
    """Seconds until playable, seconds in all, the rungs."""
    started = time.monotonic()
    known = probe(path)
    first = transcode_first(path, known, scratch)
    playable = time.monotonic() - started
    rest = transcode_rest(path, known, scratch, first=first.path)
    rungs = rest if first.temporary else [first, *rest]
    return playable, time.monotonic() - started, sorted(rungs, key=lambda rung: rung.width)


def theirs(path: Path, scratch: Path, known: Probe) -> tuple[float, list[Path]]:
    """Seconds in all and the files of one process per rendition, with our settings."""
    started = time.monotonic()
    files = []
    for spec in plan(known):
        job = Job(path, replace(known, loudness=None), [spec], scratch, Limits())
        done = run(ladder_command(job), replace(bounds(job), nice=NICE))
        assert done.status == 0, done.errors[-3:]
        files.append(job.part(spec).rename(scratch / f"{spec.name}.mp4"))
    return time.monotonic() - started, files


def vmaf(made: Path, original: Path, known: Probe) -> float:
    """Mean VMAF of a rung enlarged to the original's size (bicubic), every third picture."""
    rate = plan(known)[0].rate
    size = f"{known.width}:{known.height}"
    graph = (
        f"[0:v]fps={rate},scale={size}:flags=bicubic,setpts=PTS-STARTPTS[a];"
        f"[1:v]fps={rate}:start_time=0,setpts=PTS-STARTPTS,format=yuv420p[b];[a][b]libvmaf=n_threads=2:n_subsample=9"
    )
    command = [ffmpeg(), "-nostdin", "-i", str(made), "-i", str(original), "-filter_complex", graph, "-f", "null", "-"]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stderr.splitlines()
    return float(next(line for line in lines if "VMAF score" in line).rsplit(":", 1)[1])


def compare(path: Path, folder: Path, rounds: int) -> tuple[dict[str, float], dict[str, list[Path]]]:
    """The ratios of one source, and each side's files."""
    known = probe(path)
    walls: dict[str, list[float]] = {"ours": [], "theirs": [], "playable": []}
    processor = {"ours": 0.0, "theirs": 0.0}
    files: dict[str, list[Path]] = {}

    def run_ours() -> None:
        began = processor_seconds()
        playable, wall, rungs = ours(path, fresh(folder, "ours"))
        processor["ours"] += processor_seconds() - began
        walls["ours"].append(wall)
        walls["playable"].append(playable)
        files["ours"] = [rung.path for rung in rungs]

    def run_theirs() -> None:
        began = processor_seconds()
        wall, files["theirs"] = theirs(path, fresh(folder, "theirs"), known)
        processor["theirs"] += processor_seconds() - began
        walls["theirs"].append(wall)

    sides: list[Callable[[], None]] = [run_ours, run_theirs]
    for number in range(rounds):
        for side in sides if number % 2 == 0 else sides[::-1]:
            side()
        print(
            f"round {number + 1}: " + ", ".join(f"{name} {values[-1]:.2f} s" for name, values in walls.items()),
            flush=True,
        )
    middle = {name: statistics.median(values) for name, values in walls.items()}
    length = known.duration_ms / 1000
    ratios = {
        "wall_ratio": statistics.median(a / b for a, b in zip(walls["ours"], walls["theirs"], strict=True)),
        "processor_ratio": processor["ours"] / processor["theirs"],
        "first_playable_over_length": middle["playable"] / length,
        "ladder_over_length": middle["ours"] / length,
    }
    return ratios, files


def processor_seconds() -> float:
    """Processor time of all finished children."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def fresh(folder: Path, name: str) -> Path:
    """An empty scratch folder."""
    return Path(tempfile.mkdtemp(prefix=name, dir=folder))


def main() -> None:
    """Run both sides and report."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        path = source(folder)
        known = probe(path)
        print(f"{known.width}x{known.height}, {known.fps:.2f}/s, {known.duration_ms / 1000:.1f} s, {known.video_codec}")
        figures, files = compare(path, folder, ROUNDS)
        if not SMALL:
            hevc, _ = compare(as_hevc(path), folder, 1)
            figures |= {f"hevc_{key}": value for key, value in hevc.items()}
        for number, spec in enumerate(plan(known)):
            for side, made in files.items():
                figures[f"{side}_{spec.name}_bytes"] = made[number].stat().st_size
                figures[f"{side}_{spec.name}_vmaf"] = vmaf(made[number], path, known)
            row = []
            for side in files:
                quality, size = figures[f"{side}_{spec.name}_vmaf"], figures[f"{side}_{spec.name}_bytes"]
                row.append(f"{side} {quality:.1f} in {size / 1000:.0f} kB")
            print(f"{spec.name}: VMAF " + ", ".join(row), flush=True)
    report("ladder", {key: round(value, 3) for key, value in figures.items()}, BARS)


if __name__ == "__main__":
    main()
