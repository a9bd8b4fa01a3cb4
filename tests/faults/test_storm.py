"""A short storm in every run of the tests; `make bench NAME=faults` makes the long one."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.faults import WRONG
from tests.installation import OWN

KILLS = 9


@pytest.mark.browser  # runs alone, after the tests that share the processors
@pytest.mark.faults
def test_nothing_acknowledged_is_lost_or_doubled_when_processes_are_killed() -> None:
    environment = {name: value for name, value in os.environ.items() if name not in OWN}
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.run", "--kills", str(KILLS)],
        cwd=Path(__file__).parents[2], env=environment, capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    found = json.loads(done.stdout.strip().splitlines()[-1])
    wrong = {name: found[name] for name in WRONG if found[name]}
    assert wrong == {}, found
    assert all(found["acknowledged"].values()), f"the load did nothing: {found}"
