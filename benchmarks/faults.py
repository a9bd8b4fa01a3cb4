"""200 random kill -9 of web, worker and database during a mixed load: what was lost or doubled (see tests/faults)."""

import json
import os
import subprocess
import sys
from pathlib import Path

from benchmarks.report import report

KILLS = 20 if os.environ.get("SCALE") == "small" else 200
WRONG = (
    "stuck_clips", "lost_uploads", "doubled_uploads", "lost_likes", "lost_comments", "doubled_comments", "lost_watches",
    "failed_clips", "orphan_files", "missing_files",
)  # fmt: skip


def main() -> None:
    """Run and report."""
    command = [sys.executable, "-m", "tests.faults.run", "--kills", str(KILLS)]
    last = ""
    with subprocess.Popen(command, cwd=Path(__file__).parents[1], stdout=subprocess.PIPE, text=True) as run:
        for line in run.stdout or ():
            print(line, end="", flush=True)
            last = line
    if run.returncode:
        raise SystemExit(run.returncode)
    found = json.loads(last)
    figures = {"kills": sum(found["kills"].values()), "seconds": found["seconds"]}
    figures |= {f"acknowledged_{name}": count for name, count in found["acknowledged"].items()}
    figures |= {name: found[name] for name in WRONG}
    report("faults", figures, dict.fromkeys(WRONG, ("==", 0)))


if __name__ == "__main__":
    main()
