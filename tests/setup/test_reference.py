"""The reference says what the code does: settings, commands, dependencies, licence."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.setup.reference import FOLDER, MADE, between

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.parametrize("name", sorted(MADE))
def test_the_reference_is_as_the_code_says(name: str) -> None:
    assert between((FOLDER / name).read_text()) == MADE[name](), "run: python -m tests.setup.reference"


def direct_dependencies() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    lines = [
        *project["project"]["dependencies"],
        *project["project"]["optional-dependencies"]["scale"],
        *project["dependency-groups"]["dev"],
        *project["dependency-groups"]["peers"],
    ]
    return {re.split(r"[\[<>=~! ]", line)[0] for line in lines}


def test_every_direct_dependency_has_its_reason_and_no_other_is_named() -> None:
    text = (FOLDER / "dependencies.md").read_text()
    assert set(re.findall(r"^\| `([^`]+)` \| .{10,}", text, re.MULTILINE)) == direct_dependencies()


@pytest.mark.parametrize("name", ["run", "dev", "peers", "scale", "uv"])
def test_a_lock_pins_by_hash_and_names_no_registry(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.lock").read_text()
    packages = re.findall(r"^[A-Za-z0-9_.-]+==[^ ]+", text, re.MULTILINE)
    assert packages
    assert text.count("--hash=sha256:") >= len(packages)
    assert "://" not in text
    assert "index-url" not in text


def test_the_licence_is_the_whole_agpl() -> None:
    text = (ROOT / "LICENSE").read_text()
    assert text.lstrip().startswith(
        "GNU AFFERO GENERAL PUBLIC LICENSE\n                       Version 3, 19 November 2007"
    )
    assert text.rstrip().endswith("<https://www.gnu.org/licenses/>.")
    assert "13. Remote Network Interaction" in text
    assert len(text) > 34_000
