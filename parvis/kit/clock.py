"""The one clock: UTC, aware."""

import time
from datetime import UTC, datetime


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(UTC)


def ms() -> int:
    """Return the present Unix time in whole milliseconds."""
    return time.time_ns() // 1_000_000
