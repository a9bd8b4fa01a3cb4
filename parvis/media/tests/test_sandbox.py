"""Children are held to their limits and die with their parent."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from parvis.media.errors import MediaError
from parvis.media.sandbox import ROOT, Bounds, run

BOUNDS = Bounds(memory_bytes=1024**3, cpu_seconds=20, wall_seconds=30, file_bytes=1000)


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_lines_and_status_come_back() -> None:
    lines: list[str] = []
    done = run(
        python("import sys; print('a'); print('b'); print('no', file=sys.stderr); sys.exit(3)"),
        BOUNDS,
        on_line=lines.append,
    )
    assert (done.status, lines, done.errors) == (3, ["a", "b"], ["no"])


def test_wall_time_ends_a_sleeper() -> None:
    with pytest.raises(MediaError) as refusal:
        run(python("import time; time.sleep(60)"), replace(BOUNDS, wall_seconds=0.5))
    assert refusal.value.code == "timed-out"


def test_processor_time_ends_a_spinner() -> None:
    with pytest.raises(MediaError) as refusal:
        run(python("while True: pass"), replace(BOUNDS, cpu_seconds=1))
    assert refusal.value.code == "timed-out"


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not limit a process's memory")
def test_memory_is_limited() -> None:
    done = run(python("bytearray(2 * 1024**3)"), BOUNDS)
    assert done.status == 1
    assert "MemoryError" in done.errors[-1]


def test_a_file_cannot_grow_beyond_its_limit(tmp_path: Path) -> None:
    target = tmp_path / "file"
    code = f"file = open({str(target)!r}, 'wb', buffering=0)\nwhile True: file.write(bytes(600))"
    done = run(python(code), BOUNDS)
    assert done.status != 0
    assert target.stat().st_size <= 1000


def test_the_environment_is_empty_of_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "secret")
    lines: list[str] = []
    run(python("import os; print(os.environ.get('DATABASE_URL'))"), BOUNDS, on_line=lines.append)
    assert lines == ["None"]


@pytest.mark.skipif(sys.platform != "linux", reason="needs the parent-death signal")
def test_a_killed_worker_takes_its_child_along() -> None:
    code = (
        "from parvis.media.sandbox import Bounds, run\nimport sys\n"
        "run([sys.executable, '-c', 'import os, time; print(os.getpid(), flush=True); time.sleep(60)'],"
        " Bounds(1024**3, 20, 60, 1000), on_line=lambda line: print(line, flush=True))"
    )
    worker = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=ROOT)
    child = int(worker.stdout.readline())
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    worker.stdout.close()
    for _ in range(100):
        if not alive(child):
            return
        time.sleep(0.1)
    pytest.fail("the child outlived its worker")


def alive(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
    finally:
        assert pid != os.getpid()
