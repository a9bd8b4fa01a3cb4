"""How long a recommender of a million clips is away when its process is started again.

One process fills a catalogue as the feed does, teaches a learner through the journal, takes snapshots and is gone;
another takes up the newest snapshot, replays what came after it, and compares every array.

Figures: `restart_s` (from nothing to a state that learns: snapshot, journal, both opened), `snapshot_s`,
`snapshot_mb`, `catalogue_restore_s` (of that restart), `append_us` (journal, per event, in batches of 100, group
commit included; `append_one_us` for one event a record), `replay_per_s` (events replayed a second, journal read and
learned), `restored_over_built` (memory of the restored process over that of the one that built it by `add`),
`same` (1: bit for bit), `forget_s` (one viewer, with the new snapshot that takes). SCALE=small: 50,000 clips.
"""

import gc
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np

from benchmarks.report import report
from parvis.recommender import catalogue_snapshot
from parvis.recommender.affinities import Affinities
from parvis.recommender.catalogue import Catalogue, Clip
from parvis.recommender.durable import Durable
from parvis.recommender.interface import Events
from parvis.recommender.journal import Journal, records
from parvis.recommender.manifest import arrays_hash
from parvis.recommender.snapshots import Shelf
from parvis.recommender.state import State
from parvis.recommender.steps import Learned, decode, encode

SMALL = os.environ.get("SCALE") == "small"
CLIPS = 50_000 if SMALL else 1_000_000
BATCHES = 500 if SMALL else 2_000  # after the last snapshot, of BATCH events: what a restart replays
BATCH = 100
NOW = 1_800_000_000.0
BARS = {
    "restart_s": ("<", 10.0),
    "catalogue_restore_s": ("<", 5.0),
    "restored_over_built": ("<=", 1.0),
    "same": ("==", 1),
}


def some_clips(first: int, n: int, random: np.random.Generator) -> list[Clip]:
    """Clips by a creator for every ten, with three tags of 20,000 and a sound of 30,000; ids as random as real ones."""
    raw = random.bytes(16 * n)
    creators = random.integers(1, CLIPS // 10, n).tolist()
    tags = random.zipf(1.3, (n, 3)) % 20_000
    sounds = random.integers(1, 30_000, n).tolist()
    return [
        Clip(
            id=UUID(bytes=raw[16 * i : 16 * i + 16]), creator=UUID(int=creators[i] * 2**80 + 7),
            market=("FR", "DE", "BR", "JP")[i % 4], language=("fr", "de", "pt", "ja")[i % 4],
            tags=tuple(f"tag{tag}" for tag in tags[i].tolist()), sound=UUID(int=sounds[i] * 2**90 + 9),
            duration_ms=5_000 + 10 * (i % 5000), created=NOW - (CLIPS - first - i),
        )
        for i in range(n)
    ]  # fmt: skip


def some_events(random: np.random.Generator, n: int, at: float) -> Events:
    return Events(
        random.integers(0, 2**64, n, dtype=np.uint64), random.integers(0, CLIPS, n).astype(np.int32),
        np.zeros(n, np.uint8), random.uniform(500, 20_000, n).astype(np.float32), np.zeros(n, np.float32),
        np.sort(at + random.uniform(0, 1, n)),
    )  # fmt: skip


def memory_mb() -> float:
    """This process's own memory: without files that are mapped."""
    gc.collect()
    lines = Path("/proc/self/status").read_text().splitlines()
    return float(next(line for line in lines if line.startswith("RssAnon")).split()[1]) / 1024


def timed(action: Callable[[], Any]) -> float:
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def build(folder: Path) -> dict[str, Any]:
    random = np.random.default_rng(5)
    gc.disable()  # as the feed does while it fills
    before = memory_mb()
    catalogue = Catalogue()
    learner = Affinities(catalogue)
    durable = Durable(folder, catalogue, learner)
    durable.recover()
    firsts = range(0, CLIPS, 5_000)
    add_s = sum(timed(partial(catalogue.add, some_clips(first, 5_000, random))) for first in firsts)
    learner.learn(some_events(random, 200_000, NOW), now=NOW + 2)
    built = memory_mb() - before
    first_s = timed(durable.snapshot)
    snapshot_s = timed(durable.snapshot)
    size = Shelf(folder).path(Shelf(folder).numbers()[0]).stat().st_size
    take_s = 0.0
    for batch in range(BATCHES):
        events = some_events(random, BATCH, NOW + 10 + batch)
        take_s += timed(partial(durable.learn, events, now=NOW + 11 + batch))
    durable.sync()
    hashed = arrays_hash(durable.state.arrays())
    durable.close()
    return {"add_s": add_s, "built_mb": built, "snapshot_s": min(first_s, snapshot_s), "snapshot_mb": size / 1e6,
            "take_us": 1e6 * take_s / BATCHES / BATCH, "hash": hashed}  # fmt: skip


def restart(folder: Path) -> dict[str, Any]:
    gc.disable()
    before = memory_mb()
    spent: dict[str, float] = {}
    restore = catalogue_snapshot.restore

    def watched(catalogue: Catalogue, arrays: Any) -> None:
        spent["catalogue"] = timed(lambda: restore(catalogue, arrays))

    catalogue_snapshot.restore = watched
    began = time.perf_counter()
    catalogue = Catalogue()
    durable = Durable(folder, catalogue, Affinities(catalogue))
    found = durable.recover()
    restart_s = time.perf_counter() - began
    restored = memory_mb() - before
    assert found.replayed == BATCHES
    hashed = arrays_hash(durable.state.arrays())
    replay_s = timed(lambda: replay(durable.state, folder, found.snapshot))
    forget_s = timed(lambda: durable.forget([12345]))
    durable.close()
    return {"restart_s": restart_s, "catalogue_restore_s": spent["catalogue"], "restored_mb": restored, "hash": hashed,
            "forget_s": forget_s, "replay_per_s": BATCHES * BATCH / replay_s}  # fmt: skip


def replay(state: State, folder: Path, after: int) -> None:
    """Apply the journal once more to the state that there is."""
    for _, payload in records(folder, after):
        for step in decode(payload)[0]:
            state.apply(step)


def append(folder: Path, size: int, batches: int) -> float:
    """Microseconds per event to write down batches of `size`, group commits included."""
    random = np.random.default_rng(1)
    steps = [Learned(some_events(random, size, NOW), NOW) for _ in range(batches)]
    folder.mkdir()
    journal = Journal(folder)
    journal.start(0)

    def all_of_them() -> None:
        for step in steps:
            journal.append(encode([step], b"123:456:"))
        journal.sync()

    spent = timed(all_of_them)
    journal.close()
    return 1e6 * spent / size / batches


def in_process(part: str, folder: Path) -> dict[str, Any]:
    """Run one part in a process of its own, so that its memory and its start are its own."""
    command = [sys.executable, "-m", "benchmarks.recommender_restart", part, str(folder)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "state"
        built = in_process("build", folder)
        restarted = in_process("restart", folder)
        figures = {key: value for key, value in (built | restarted).items() if key != "hash"}
        figures["same"] = int(built["hash"] == restarted["hash"])
        figures["restored_over_built"] = restarted["restored_mb"] / built["built_mb"]
        figures["append_us"] = append(Path(name) / "hundreds", BATCH, 2_000)
        figures["append_one_us"] = append(Path(name) / "ones", 1, 20_000)
    report("recommender_restart", {key: round(value, 3) for key, value in figures.items()}, BARS)


if __name__ == "__main__":
    if len(sys.argv) == 3:
        print(json.dumps({"build": build, "restart": restart}[sys.argv[1]](Path(sys.argv[2]))))
    else:
        main()
