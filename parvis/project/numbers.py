"""Where the processes of this machine keep their numbers for /-/metrics."""

import os
from pathlib import Path

from parvis.kit.measures import lives


def prepare(data: Path, *, forget: bool = True) -> None:
    """Choose the folder, before prometheus_client is first imported in a process that serves or works: it looks at the
    variable then. `forget`: remove the files of processes that are gone, which Prometheus takes for a restart."""
    folder = data / "metrics"
    folder.mkdir(parents=True, exist_ok=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
    for file in folder.glob("*.db") if forget else ():
        if not lives(file):
            file.unlink(missing_ok=True)
