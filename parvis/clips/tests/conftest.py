"""What the tests of clips share: the named people, a folder of their own for files, and real small videos."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import imageio_ffmpeg
import pytest
from django.test import Client

from parvis.accounts.models import Person
from parvis.accounts.world import people
from parvis.clips import access
from parvis.clips.models import Clip
from parvis.clips.processing.steps import make_first, make_rest


@pytest.fixture(autouse=True)
def media_folder(settings, tmp_path) -> Iterator[Path]:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "parvis.clips.storage.FolderStorage", "OPTIONS": {"location": tmp_path / "media"}},
    }
    settings.PARVIS_DATA = settings.STATIC_ROOT = tmp_path
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    access.forget()
    yield tmp_path / "media"
    access.forget()


@pytest.fixture
def world(db) -> dict[str, Person]:
    return people()


@pytest.fixture
def signed_in(world) -> Callable[[str], Client]:
    def client(handle: str) -> Client:
        one = Client()
        one.force_login(world[handle])
        return one

    return client


def ffmpeg(*arguments: str) -> None:
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-loglevel", "error", "-y", *arguments]
    subprocess.run(command, check=True, timeout=60)


@pytest.fixture(scope="session")
def video(tmp_path_factory) -> Path:
    """Two seconds of 360x640 with a tone."""
    path = tmp_path_factory.mktemp("video") / "small.mp4"
    ffmpeg(
        *("-f", "lavfi", "-i", "testsrc2=size=360x640:rate=30:duration=2"),
        *("-f", "lavfi", "-i", "sine=frequency=440:duration=2"),
        *("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", str(path)),
    )
    return path


@pytest.fixture(scope="session")
def large_video(tmp_path_factory) -> Path:
    """Three seconds of 720x1280: two rungs of the ladder or more."""
    path = tmp_path_factory.mktemp("video") / "large.mp4"
    ffmpeg(
        *("-f", "lavfi", "-i", "testsrc2=size=720x1280:rate=30:duration=3"),
        *("-f", "lavfi", "-i", "sine=frequency=330:duration=3"),
        *("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", str(path)),
    )
    return path


def make_all() -> None:
    """Do all work on clips that is due."""
    while make_first() or make_rest():
        pass


def stored(folder: Path) -> list[str]:
    """Names of all files below a folder."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def fresh(clip: Clip) -> Clip:
    """The clip's row as it is now."""
    return Clip.objects.get(id=clip.id)
