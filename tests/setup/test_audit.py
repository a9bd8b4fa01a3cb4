"""`make audit`: a known hole stops the build, a registry that tells nothing does not."""

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "requirements" / "setup" / "audit.py"


@pytest.fixture(scope="module")
def audit() -> ModuleType:
    spec = importlib.util.spec_from_file_location("audit", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def pip_audit(*rows: dict[str, Any]) -> str:
    return json.dumps({"dependencies": list(rows), "fixes": []})


CLEAN = {"name": "orjson", "version": "3.11.0", "vulns": []}
SKIPPED = {"name": "django", "skip_reason": "Dependency not found on PyPI and could not be audited: django (5.2)"}
HOLED = {
    "name": "jinja2",
    "version": "2.4.1",
    "vulns": [{"id": "PYSEC-2014-8", "fix_versions": ["2.7.2"], "aliases": ["CVE-2014-1402"], "description": "..."}],
}


def test_a_known_hole_stops_the_build_and_says_where_it_is_closed(audit: ModuleType) -> None:
    verdict = audit.read_pip_audit(pip_audit(CLEAN, HOLED))
    assert verdict.is_bad
    assert list(audit.lines("Python packages", verdict)) == [
        "Python packages: 2 looked at, 1 known holes",
        "  jinja2 2.4.1: PYSEC-2014-8, closed in 2.7.2",
    ]


def test_without_holes_it_passes(audit: ModuleType) -> None:
    verdict = audit.read_pip_audit(pip_audit(CLEAN))
    assert (verdict.is_bad, verdict.silent, verdict.looked_at) == (False, "", 1)


def test_one_package_that_the_registry_does_not_know_stops_the_build(audit: ModuleType) -> None:
    verdict = audit.read_pip_audit(pip_audit(CLEAN, SKIPPED))
    assert verdict.is_bad
    assert list(audit.lines("x", verdict))[-1] == "  django: the registry does not know it"


@pytest.mark.parametrize(
    ("output", "errors", "why"),
    [
        (pip_audit(SKIPPED), "", "no JSON interface"),
        ("", "ERROR:pip_audit._cli:Could not connect to PyPI's vulnerability feed\n\n", "Could not connect"),
        ("", "", "gave no answer"),
    ],
)
def test_a_registry_that_tells_nothing_is_said_and_passed_over(
    audit: ModuleType, output: str, errors: str, why: str
) -> None:
    verdict = audit.read_pip_audit(output, errors)
    assert not verdict.is_bad
    (line,) = audit.lines("Python packages", verdict)
    assert line.startswith("NOT AUDITED, Python packages: ")
    assert why in line


def test_holes_of_vendored_scripts_stop_the_build_too(audit: ModuleType) -> None:
    hole = {"title": "Open redirect", "url": "https://github.com/advisories/GHSA-1", "severity": "high"}
    found = {
        "url-parse": {"name": "url-parse", "severity": "high", "via": [hole]},
        "tus-js-client": {"name": "tus-js-client", "severity": "high", "via": ["url-parse"]},
    }
    verdict = audit.read_npm_audit(json.dumps({"auditReportVersion": 2, "vulnerabilities": found}), 6)
    assert verdict.is_bad
    assert list(audit.lines("vendored scripts", verdict))[1:] == [
        "  tus-js-client: high, url-parse",
        "  url-parse: high, Open redirect (https://github.com/advisories/GHSA-1)",
    ]
    assert not audit.read_npm_audit(json.dumps({"auditReportVersion": 2, "vulnerabilities": {}}), 6).is_bad


@pytest.mark.parametrize(
    ("output", "why"),
    [("", "no answer"), (json.dumps({"message": "405 Method Not Allowed - POST https://registry.example/"}), "405")],
)
def test_an_npm_registry_that_tells_nothing_is_passed_over(audit: ModuleType, output: str, why: str) -> None:
    verdict = audit.read_npm_audit(output, 6)
    assert not verdict.is_bad
    assert why in verdict.silent
