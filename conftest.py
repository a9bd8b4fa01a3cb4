"""The database of the tests is started by `parvis.project.pytest_postgres`, which pyproject.toml loads."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def material() -> Path:
    """The folder of real recordings (PARVIS_MATERIAL); a test that needs it is skipped where it is missing."""
    folder = Path(os.environ.get("PARVIS_MATERIAL", str(Path(__file__).parent.parent / "shared"))).resolve()
    if not folder.is_dir():
        pytest.skip("no folder PARVIS_MATERIAL")
    return folder
