"""Known holes in what is pinned: Python packages by pip-audit, vendored scripts by npm, each asking its registry.

Ends with 1 where a hole is known, or where one package of many could not be looked up. Where a registry does not tell
of holes at all (a mirror, no network), that is said and passed over: a build must not fail for who is offline.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

LOCK = Path(__file__).resolve().parent.parent / "run.lock"
LONGEST_S = 300


@dataclass
class Verdict:
    """`silent`: why a registry did not tell; `holes`: a sentence for each known hole; `unknown`: who was not found."""

    silent: str = ""
    holes: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    looked_at: int = 0

    @property
    def is_bad(self) -> bool:
        """Whether the build must stop."""
        return bool(self.holes or self.unknown)


def read_pip_audit(output: str, errors: str = "") -> Verdict:
    """Return what `pip-audit --format json` said."""
    try:
        rows = json.loads(output)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return Verdict(silent=last_line(errors) or "pip-audit gave no answer")
    skipped = [row["name"] for row in rows if "skip_reason" in row]
    if len(skipped) == len(rows):
        return Verdict(silent="the registry has no JSON interface that tells of holes")
    holes = [
        f"{row['name']} {row['version']}: {hole['id']}, closed in {', '.join(hole['fix_versions']) or 'no version yet'}"
        for row in rows
        for hole in row.get("vulns", ())
    ]
    return Verdict(holes=holes, unknown=skipped, looked_at=len(rows) - len(skipped))


def read_npm_audit(output: str, count: int) -> Verdict:
    """Return what `npm audit --json` said of `count` packages."""
    try:
        said: dict[str, Any] = json.loads(output)
        found = said["vulnerabilities"]
    except ValueError:
        return Verdict(silent="npm gave no answer")
    except KeyError:
        return Verdict(silent=str(said.get("message") or "npm's registry does not tell of holes").splitlines()[0])
    holes = [f"{name}: {row['severity']}, {titles(row)}" for name, row in sorted(found.items())]
    return Verdict(holes=holes, looked_at=count)


def titles(row: dict[str, Any]) -> str:
    """Return what a package's holes are called; one by way of another package has the name of that."""
    return "; ".join(one if isinstance(one, str) else f"{one['title']} ({one['url']})" for one in row["via"])


def last_line(text: str) -> str:
    """Return the last line that says something."""
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "")


def python_packages() -> Verdict:
    """Ask for what runs."""
    command = [Path(sys.executable).with_name("pip-audit"), "--disable-pip", "--require-hashes", "-r", LOCK,
               "--format", "json", "--progress-spinner", "off"]  # fmt: skip
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST_S, check=False)
    except subprocess.TimeoutExpired:
        return Verdict(silent="the registry did not answer in time")
    return read_pip_audit(done.stdout, done.stderr)


def vendored_scripts() -> Verdict:
    """Ask for what lies in parvis/ui/static/ui/vendor, by a lock file made for the moment."""
    from parvis.ui.vendor import INSIDE_TUS, LUCIDE, TUS

    if shutil.which("npm") is None:
        return Verdict(silent="there is no npm here")
    packages = (LUCIDE, TUS, *INSIDE_TUS)
    wanted = {"name": "parvis", "version": "0.0.0", "dependencies": {one.name: one.version for one in packages}}
    placed = {f"node_modules/{one.name}": {"version": one.version, "integrity": one.integrity} for one in packages}
    lock = {**wanted, "lockfileVersion": 3, "requires": True, "packages": {"": wanted, **placed}}
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "package.json").write_text(json.dumps(wanted))
        Path(folder, "package-lock.json").write_text(json.dumps(lock))
        command = ["npm", "audit", "--json", "--package-lock-only"]
        try:
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=LONGEST_S, check=False)
        except subprocess.TimeoutExpired:
            return Verdict(silent="npm's registry did not answer in time")
    return read_npm_audit(done.stdout, len(packages))


def lines(what: str, verdict: Verdict) -> Iterable[str]:
    """Yield what to print."""
    if verdict.silent:
        yield f"NOT AUDITED, {what}: {verdict.silent}"
        return
    yield f"{what}: {verdict.looked_at} looked at, {len(verdict.holes)} known holes"
    yield from (f"  {hole}" for hole in verdict.holes)
    yield from (f"  {name}: the registry does not know it" for name in verdict.unknown)


def main() -> int:
    """Ask both, print, and return the exit code."""
    verdicts = {"Python packages": python_packages(), "vendored scripts": vendored_scripts()}
    for what, verdict in verdicts.items():
        sys.stdout.write("\n".join(lines(what, verdict)) + "\n")
    return int(any(verdict.is_bad for verdict in verdicts.values()))


if __name__ == "__main__":
    sys.exit(main())
