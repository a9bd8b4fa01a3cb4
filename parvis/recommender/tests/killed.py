"""A writer that is killed at chosen moments, started by `test_durable` with FOLDER SEED KILLS BATCHES.

Each life is a forked child that takes up where the last one stopped and dies by kill -9 at its n-th call to the
system that changes a file; a write is then half done. The last life is not killed. Prints how many lives there were.
"""

import os
import signal
import sys
from pathlib import Path
from typing import Any

import numpy as np

from parvis.recommender.affinities import Affinities
from parvis.recommender.catalogue import Catalogue
from parvis.recommender.durable import Durable
from parvis.recommender.interface import Events
from parvis.recommender.state import State
from parvis.recommender.steps import Added, Hidden, Learned, Shown, Step
from parvis.recommender.tests.world import NOW, clips

AT_FIRST = 60
CALLS = ("write", "fsync", "replace", "unlink", "ftruncate")


def fresh() -> tuple[Catalogue, Affinities]:
    catalogue = Catalogue()
    return catalogue, Affinities(catalogue)


def random_events(seed: int, clip_count: int, n: int = 30) -> Events:
    random = np.random.default_rng(seed)
    return Events(
        random.integers(2**60, 2**60 + 12, n).astype(np.uint64),
        random.integers(-1, clip_count + 1, n).astype(np.int32),
        random.integers(0, 9, n).astype(np.uint8), random.normal(6_000, 5_000, n).astype(np.float32),
        random.integers(0, 3, n).astype(np.float32), NOW + seed * 600 + random.uniform(-900, 900, n),
    )  # fmt: skip


def steps_of(batch: int) -> list[Step]:
    """What happens in batch 0, 1, ...: clips come, are watched, shown and hidden."""
    known = AT_FIRST + 2 * batch
    new = clips(AT_FIRST + 2) if batch == 0 else clips(2, first=known)
    hidden = (Hidden((clips(1, first=batch)[0].id,)),) if batch % 5 == 4 else ()
    shown = np.random.default_rng(batch).integers(-2, known + 4, 9).astype(np.int32)
    learned = Learned(random_events(batch, known + 2, 1 + batch % 40), NOW + batch * 600.0)
    return [Added(tuple(new)), learned, Shown(shown), *hidden]


def replayed(batches: int) -> dict[str, np.ndarray]:
    """The state after all batches, with no files and no restart."""
    state = State(*fresh())
    for batch in range(batches):
        for step in steps_of(batch):
            state.apply(step)
    return state.arrays()


def die_at(call: int) -> None:
    """Kill this process at its n-th call that changes a file."""
    left = [call]

    def wrap(name: str) -> None:
        real = getattr(os, name)

        def counted(*arguments: Any) -> Any:
            left[0] -= 1
            if left[0] == 0:
                if name == "write":
                    real(arguments[0], bytes(arguments[1])[: len(arguments[1]) // 2])
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*arguments)

        setattr(os, name, counted)

    for name in CALLS:
        wrap(name)


def live(folder: Path, batches: int) -> None:
    """Go on after the last batch that is kept, with a snapshot now and then."""
    with Durable(folder, *fresh(), sync_s=0.0) as durable:
        found = durable.recover()
        for batch in range(int(found.position or b"-1") + 1, batches):
            durable.take(steps_of(batch), str(batch).encode())
            if batch % 7 == 6:
                durable.snapshot()


def main(folder: Path, seed: int, kills: int, batches: int) -> int:
    random = np.random.default_rng(seed)
    for life in range(kills + 1):
        call = int(random.integers(1, 45))
        child = os.fork()
        if child == 0:
            if life < kills:
                die_at(call)
            live(folder, batches)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if os.WIFEXITED(status):
            assert os.WEXITSTATUS(status) == 0
            return life
        assert os.WTERMSIG(status) == signal.SIGKILL
    return -1


if __name__ == "__main__":
    sys.stdout.write(str(main(Path(sys.argv[1]), *map(int, sys.argv[2:]))))
