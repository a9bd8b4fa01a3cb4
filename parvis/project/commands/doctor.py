"""Check every setting, the database, storage and codecs, and say what to do."""

import argparse
import difflib
import os
from collections.abc import Iterator, Mapping
from dataclasses import fields

from parvis.ops.finding import Finding, failed, fine
from parvis.project.config import Config, ConfigError, Raw
from parvis.project.console import say
from parvis.project.database import database, set_up_django
from parvis.project.postgres_errors import ClusterError
from parvis.project.supervise import StartError, Supervisor, check_port, wait_for_page

_MARKS = {"fine": "  ok  ", "warning": " note ", "failure": " FAIL "}
_OURS_TOO = {
    "PARVIS_OPERATOR_PASSWORD", "PARVIS_MATERIAL", "PARVIS_CHROMIUM", "PARVIS_PARENT", "PARVIS_TEST_RUN",
    "PARVIS_TEST_OWNER", "PARVIS_TEST_DATABASE",
}  # fmt: skip


def arguments(parser: argparse.ArgumentParser) -> None:
    """The port to look at."""
    parser.add_argument("--port", type=int, default=8000, help="port that the web server uses or will use (8000)")


def run(options: argparse.Namespace) -> int:
    """Print every finding; 0 where nothing failed, else 1."""
    findings = list(look_at_settings(os.environ))
    _show(findings)
    if not any(one.state == "failure" for one in findings):
        for one in (*_installation(), *look_at_port(options.port)):
            _show([one])
            findings.append(one)
    failures = sum(1 for one in findings if one.state == "failure")
    say(f"\n{failures} of {len(findings)} need mending." if failures else "\nAll is well.")
    return 1 if failures else 0


def look_at_settings(env: Mapping[str, str]) -> Iterator[Finding]:
    """Each setting by itself, so that all wrong ones are named at once; and names that nobody reads."""
    known = {one.metadata["name"] for one in fields(Raw)}
    known |= {f"{name}_FILE" for name in known}
    ours = {name: value for name, value in env.items() if name in known}
    wrong = 0
    for name, value in sorted(ours.items()):
        try:
            Config.from_env({name: value, "PARVIS_SECRET_KEY": "only looking"} | {name: value})
        except ConfigError as error:
            wrong += 1
            yield failed("setting", str(error), "See docs/reference/settings.md.")
    for name in sorted(set(env) - known - _OURS_TOO):
        if name.startswith("PARVIS_"):
            near = difflib.get_close_matches(name, known, 1)
            wrong += 1
            yield failed("setting", f"{name} is no setting", f"Did you mean {near[0]}?" if near else "Unset it.")
    if not wrong:
        yield fine("settings", f"{len(ours)} given, the rest by default")


def look_at_port(port: int) -> Iterator[Finding]:
    """Free, or ours."""
    try:
        check_port("127.0.0.1", port)
    except StartError as error:
        if wait_for_page(port, Supervisor(lambda _: None), seconds=2):  # type: ignore[arg-type]
            yield fine("port", f"{port}: Parvis answers")
        else:
            yield failed("port", str(error), "Stop the other program, or use another port.")
    else:
        yield fine("port", f"{port} is free")


def _installation() -> Iterator[Finding]:
    try:
        with database(Config.from_env()):
            set_up_django()
            from parvis.ops.doctor import LOOKS

            for look in LOOKS:
                yield from look.findings()
    except ClusterError as error:
        yield failed("database", str(error), "See docs/howto/operate.md.")


def _show(findings: list[Finding]) -> None:
    for one in findings:
        say(f"[{_MARKS[one.state]}] {one.name}: {one.seen}")
        if one.advice:
            say(f"         {one.advice}")
