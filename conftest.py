"""The database of the tests is started by `parvis.project.pytest_postgres`, which pyproject.toml loads."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import translation


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
def _language_of_this_test_only() -> Iterator[None]:
    """What answers in front of Django speaks the viewer's language, and nobody switches back after it."""
    yield
    translation.deactivate()


@pytest.fixture(autouse=True)
def _feed_of_this_test_only(request: pytest.FixtureRequest) -> Iterator[None]:
    """A feed that a request started reads a database that is about to be emptied: it ends with the test, and what it
    kept goes, for it keeps on a connection of its own, which no test rolls back."""
    yield
    living = sys.modules.get("parvis.feed.live")
    if living is None or living.at_hand() is None:
        return
    living.close()
    with request.getfixturevalue("django_db_blocker").unblock(), connection.cursor() as cursor:
        cursor.execute("truncate feed_slate, feed_watch")
