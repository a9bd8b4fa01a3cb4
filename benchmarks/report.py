"""The last line of every benchmark: one JSON object with the figures, their bars and whether they hold."""

import json
import operator
import os
import platform
import subprocess
from pathlib import Path

OPERATORS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "==": operator.eq}


def report(name: str, figures: dict[str, float], bars: dict[str, tuple[str, float]]) -> None:
    """Print `{"name", "figures", "bars", "holds", "commit", "machine"}` as one line.

    `bars` maps a figure's name to (operator, bar); a bar without its figure raises KeyError. `holds` is true when
    every bar holds.
    """
    holds = all(OPERATORS[op](figures[figure], bar) for figure, (op, bar) in bars.items())
    line = {
        "name": name,
        "figures": figures,
        "bars": {figure: [op, bar] for figure, (op, bar) in bars.items()},
        "holds": holds,
        "commit": commit(),
        "machine": machine(),
    }
    print(json.dumps(line), flush=True)


def commit() -> str:
    """The short id of the checked-out commit, "+" appended when the tree has changes; "" outside a checkout."""
    root = Path(__file__).resolve().parent.parent
    command = ["git", "-C", str(root), "describe", "--always", "--dirty=+", "--exclude=*"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip()


def machine() -> str:
    """What ran it, as far as a figure depends on it: cores, processor, system, Python."""
    model = platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [line.split(":", 1)[1].strip() for line in cpuinfo.read_text().splitlines() if "model name" in line]
        model = names[0] if names else model
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{cores} cores, {model}, {platform.system()}, Python {platform.python_version()}"
