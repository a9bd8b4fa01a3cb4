"""How long a web process takes from its start to the first slate: from what the learner keeps, and from rows.

`parvis learn` fills its state from the rows of a square, keeps it and ends; then 5,000 watches come in. A fresh
process starts the feed and makes one slate, again and again by turns with the learner's folder there and away. Django
is loaded before the clock starts. The clips have no renditions here: starting does not read them.

Figures per size (100,000 and 1,000,000 clips; SCALE=small: 10,000): `kept_s`, `rows_s` to the first slate, the best of
three; `kept_cpu_s`, `rows_cpu_s` of processor; `kept_mb` of files; `learner_s` until the first snapshot was there.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.report import report
from benchmarks.square import Square

SIZES = (10_000,) if os.environ.get("SCALE") == "small" else (100_000, 1_000_000)
TURNS = 3
LATER = """insert into feed_watch (id, home, pseudonym, position, clip, kind, watched_ms, loops, at)
 select uuidv7(), home, pseudonym, 0, clip, kind, watched_ms, 0, now() from feed_watch limit 5000"""
BARS = {"kept_over_rows_100000": ("<", 1.0), "kept_s_1000000": ("<", 10.0)}


class Words(Square):
    """A square whose clips have rows and no files."""

    def _renditions(self, connection: "psycopg.Connection[Any]", rendition: uuid.UUID) -> None:
        """None."""


def first_slate() -> dict[str, float]:
    """In a process of its own: start the feed and make a slate."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "parvis.project.settings"
    import django

    django.setup()
    from parvis.accounts.viewer import anonymous
    from parvis.feed.live import live
    from parvis.feed.params import asked
    from parvis.feed.serving import slate

    began, used = time.perf_counter(), time.process_time()
    body = slate(live(), anonymous("FR", "fr"), asked("feed=for-you&n=8"))
    spent = {"s": time.perf_counter() - began, "cpu_s": time.process_time() - used}
    if len(json.loads(body)["clips"]) != 8:
        raise RuntimeError("the slate is not whole")
    return spent


def child(square: Square) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.recommender_start", "first"]
    done = subprocess.run(command, env=square.environment, stdout=subprocess.PIPE, text=True, check=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def learn(square: Square, folder: Path) -> float:
    """Run the learner until it keeps something; return the seconds that took."""
    began = time.monotonic()
    learner = subprocess.Popen([sys.executable, "-m", "parvis", "learn"], env=square.environment)
    while not (folder / "standing").exists():
        if learner.poll() is not None:
            raise RuntimeError("the learner ended")
        time.sleep(0.1)
    spent = time.monotonic() - began
    learner.send_signal(signal.SIGTERM)
    learner.wait(60)
    return spent


def measure(place: Path, clips: int) -> dict[str, float]:
    square = Words(place, clips=clips, people=1_000)
    folder = place / "data" / "learner"
    try:
        square.make()
        figures = {"learner_s": learn(square, folder)}
        figures["kept_mb"] = sum(path.stat().st_size for path in folder.iterdir()) / 1e6
        with psycopg.connect(square.cluster.url) as connection:
            connection.execute(LATER)
        turns: dict[str, list[dict[str, float]]] = {"kept": [], "rows": []}
        for _ in range(TURNS):
            turns["kept"].append(child(square))
            folder.rename(folder.with_name("away"))
            turns["rows"].append(child(square))
            folder.with_name("away").rename(folder)
            print(clips, turns["kept"][-1], turns["rows"][-1], file=sys.stderr, flush=True)
    finally:
        square.stop()
    for name, found in turns.items():
        for what in ("s", "cpu_s"):
            figures[f"{name}_{what}"] = min(one[what] for one in found)
    figures["kept_over_rows"] = figures["kept_s"] / figures["rows_s"]
    return {f"{name}_{clips}": round(value, 3) for name, value in figures.items()}


def main() -> None:
    figures: dict[str, float] = {}
    for clips in SIZES:  # each in a process of its own: Django is set up for one database
        command = [sys.executable, "-m", "benchmarks.recommender_start", str(clips)]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        figures |= json.loads(done.stdout.splitlines()[-1])
    report("recommender_start", figures, {name: bar for name, bar in BARS.items() if name in figures})


if __name__ == "__main__":
    if len(sys.argv) == 1:
        main()
    elif sys.argv[1] == "first":
        print(json.dumps(first_slate()))
    else:
        with tempfile.TemporaryDirectory(prefix="parvis-start-") as name:
            print(json.dumps(measure(Path(name) / "square", int(sys.argv[1]))))
