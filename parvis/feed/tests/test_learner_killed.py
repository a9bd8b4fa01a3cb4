"""`parvis learn` as a process of its own, killed at random moments while watches come in."""

import os
import random
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from django.db import connection

from parvis.feed import standing
from parvis.feed.models import Watch
from parvis.feed.tests.test_learning import read
from parvis.kit.clock import now
from parvis.kit.ids import uuid7
from parvis.recommender.disk import Damaged
from parvis.recommender.journal import records
from parvis.recommender.manifest import arrays_hash
from parvis.recommender.snapshots import Shelf
from parvis.recommender.steps import Learned, decode
from tests.installation import OWN

KILLS = 4
ROOT = Path(__file__).resolve().parents[3]


def wait_for(what: Callable[[], bool]) -> None:
    for _ in range(4000):
        if what():
            return
        threading.Event().wait(0.02)
    raise AssertionError("it did not come")


class Learner:
    """The process, with the folders that it keeps its state in and moves what it would remove to."""

    def __init__(self, data: Path) -> None:
        self.folder, self.removed = data / "learner", data / "removed"
        self.removed.mkdir(parents=True)
        at = connection.get_connection_params()
        where = urlencode({"host": at["host"], "port": at.get("port", 5432)})
        who = f"{quote(at['user'])}:{quote(at.get('password') or '')}"
        mine = {name: value for name, value in os.environ.items() if name not in OWN}
        self.environment = {
            **mine, "PARVIS_DATA": str(data), "REMOVED": str(self.removed), "PYTHONPATH": str(ROOT),
            "DJANGO_SETTINGS_MODULE": "parvis.project.settings",
            "DATABASE_URL": f"postgresql://{who}@/{at['dbname']}?{where}",
        }  # fmt: skip
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        before = standing.heard(self.folder)
        command = [sys.executable, "-m", "parvis.feed.tests.learner"]
        self.process = subprocess.Popen(command, env=self.environment, start_new_session=True)
        wait_for(lambda: standing.heard(self.folder) not in {None, before} or self.process.poll() is not None)
        assert standing.heard(self.folder).trouble == ""

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return self.process.wait(30)


@pytest.fixture
def learner(tmp_path) -> Iterator[Learner]:
    one = Learner(tmp_path)
    yield one
    if one.process is not None and one.process.poll() is None:
        one.process.kill()
        one.process.wait()


def test_killed_while_watches_come_in_it_keeps_bit_for_bit_what_a_replay_gives(learner, clips, bob) -> None:
    chance, wanted = random.Random(7), 0
    for life in range(KILLS + 1):
        learner.start()
        for _ in range(chance.randint(5, 25)):
            some = [chance.choice(clips) for _ in range(chance.randint(1, 30))]
            wanted += len(some)
            Watch.objects.bulk_create(
                Watch(id=uuid7(), home="FR", pseudonym=uuid7(), clip=one.id, kind="watch", watched_ms=9_000, at=now())
                for one in some
            )
            threading.Event().wait(chance.uniform(0, 0.06))
        if life < KILLS:
            assert learner.end(signal.SIGKILL) == -signal.SIGKILL
    wait_for(lambda: learned_by_now(learner) == wanted)
    assert learner.end(signal.SIGTERM) == 0
    assert learned(learner) == wanted
    kept_state, found = read(learner.folder)
    assert found.replayed == 0  # it took a snapshot at its end
    replayed, again = read(whole(learner))
    assert (again.snapshot, again.sequence) == (1, found.sequence)
    assert again.replayed > KILLS
    assert arrays_hash(kept_state.arrays()) == arrays_hash(replayed.arrays())


def whole(learner: Learner) -> Path:
    """A folder with the first snapshot and all that was ever written down after it."""
    folder = learner.folder.with_name("whole")
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(learner.removed, folder)
    shutil.copytree(learner.folder, folder, dirs_exist_ok=True)
    for number in Shelf(folder).numbers()[:-1]:
        Shelf(folder).path(number).unlink()
    return folder


def learned(learner: Learner) -> int:
    """How many watches were learned in all its lives."""
    steps = [step for _, record in records(whole(learner), 1) for step in decode(record)[0]]
    return sum(len(step.events) for step in steps if isinstance(step, Learned))


def learned_by_now(learner: Learner) -> int:
    """The same while it runs; -1 if it moved files meanwhile."""
    try:
        return learned(learner)
    except (Damaged, OSError):
        return -1
