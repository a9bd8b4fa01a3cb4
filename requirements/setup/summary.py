"""Adds up the results of several pytest runs (JUnit XML files) and ends as pytest would: one line, one exit code."""

import sys
import xml.etree.ElementTree as ET
from pathlib import Path


def main(paths: list[str]) -> int:
    """Print `== 12 passed, 1 skipped in 3.45s ==`; 1 where a test failed, none ran or a file is missing."""
    counts = {"failed": 0, "errors": 0, "passed": 0, "skipped": 0}
    seconds = 0.0
    for path in paths:
        if not Path(path).is_file():
            counts["errors"] += 1
            continue
        for suite in ET.parse(path).getroot().iter("testsuite"):  # noqa: S314 - written by our own run
            tests, failed, errors, skipped = (
                int(suite.get(one, 0)) for one in ("tests", "failures", "errors", "skipped")
            )
            counts["failed"] += failed
            counts["errors"] += errors
            counts["skipped"] += skipped
            counts["passed"] += tests - failed - errors - skipped
            seconds += float(suite.get("time", 0))
    words = ", ".join(f"{number} {word}" for word, number in counts.items() if number) or "no tests ran"
    sys.stdout.write(f" {words} in {seconds:.2f}s ".center(100, "=") + "\n")
    return 0 if counts["passed"] and not counts["failed"] and not counts["errors"] else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
