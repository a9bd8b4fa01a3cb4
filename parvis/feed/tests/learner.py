"""`parvis learn` in a hurry, started by `test_learner_killed`: it takes a snapshot several times a second, and what it
would remove goes into the folder REMOVED instead, so that the whole journal can be replayed afterwards."""

import contextlib
import os
import runpy
import sys
from pathlib import Path

import django

from parvis.recommender import disk


def move(path: Path) -> None:
    with contextlib.suppress(FileNotFoundError):
        path.rename(Path(os.environ["REMOVED"]) / path.name)


if __name__ == "__main__":
    django.setup()
    from parvis.feed import learning

    learning.LOOK_S, learning.SNAPSHOT_S, learning.SAY_S = 0.02, 0.25, 0.1
    disk.remove = move
    sys.argv = ["parvis", "learn"]
    runpy.run_module("parvis", run_name="__main__")
