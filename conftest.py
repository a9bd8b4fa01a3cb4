"""The database of the tests is started by `parvis.project.pytest_postgres`, which pyproject.toml loads."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="session")
def material() -> Path:
    """The folder of real recordings (PARVIS_MATERIAL); a test that needs it is skipped where it is missing."""
    folder = Path(os.environ.get("PARVIS_MATERIAL", str(Path(__file__).parent.parent / "shared"))).resolve()
    if not folder.is_dir():
        pytest.skip("no folder PARVIS_MATERIAL")
    return folder


@pytest.fixture(autouse=True)
def _plain_static_files(settings: Any) -> None:
    """Pages name static files without gathering them first."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@pytest.fixture(autouse=True)
def _feed_of_this_test_only() -> Iterator[None]:
    """A feed that a request started reads a database that is about to be emptied: it ends with the test."""
    yield
    living = sys.modules.get("parvis.feed.live")
    if living is not None:
        living.close()
