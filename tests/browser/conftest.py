"""One installation and one Chromium for all browser tests; a fresh context for each."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.installation import Installation

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--autoplay-policy=no-user-gesture-required",
]  # fmt: skip
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
DESKTOP = {"viewport": {"width": 1280, "height": 800}}
SIZES = {"phone": PHONE, "desktop": DESKTOP}
WORLD = 12


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def square(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """The demo world, running, all its clips playable. PARVIS_TEST_PORT names one that runs already."""
    installation = Installation(tmp_path_factory.mktemp("square"), PARVIS_LANGUAGES="en,fr,ar-xb")
    if running := os.environ.get("PARVIS_TEST_PORT"):
        installation.port = int(running)
    else:
        installation.start(clips=WORLD)
    yield installation
    installation.stop()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = os.environ.get("PARVIS_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


class Visitor:
    """Opens pages and keeps what went wrong in them: a page error or a CSP violation fails the test."""

    def __init__(self, browser: Browser, origin: str) -> None:
        self.browser, self.origin = browser, origin
        self.contexts: list[BrowserContext] = []
        self.wrong: list[str] = []

    def context(self, **options: Any) -> BrowserContext:
        options = {"locale": "en-US", "base_url": self.origin, **options}
        context = self.browser.new_context(**options)
        context.set_default_timeout(15_000)
        self.contexts.append(context)
        return context

    def page(self, context: BrowserContext | None = None, **options: Any) -> Page:
        page = (context or self.context(**options)).new_page()
        page.on("pageerror", lambda error: self.wrong.append(f"{page.url}: {error}"))
        page.on("console", self._console)
        return page

    def _console(self, message: Any) -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            self.wrong.append(message.text)

    def close(self) -> None:
        for context in self.contexts:
            context.close()


@pytest.fixture
def visitor(chromium: Browser, square: Installation) -> Iterator[Visitor]:
    visitor = Visitor(chromium, square.origin)
    yield visitor
    visitor.close()
    assert visitor.wrong == []


@pytest.fixture(params=["phone", "desktop"])
def size(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Options of a context of each size."""
    return dict(SIZES[request.param])


@pytest.fixture(scope="session")
def talking(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real phone video of a person talking, or a generated clip of the same shape."""
    material = Path(os.environ.get("PARVIS_MATERIAL", str(Path(__file__).parents[3] / "shared")))
    real = material / "media" / "video" / "face_talk_1080x1920_60fps_speech.mp4"
    return real if real.exists() else _generated(tmp_path_factory.mktemp("clips") / "talk.mp4", 1080, 1920)


@pytest.fixture(scope="session")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _generated(tmp_path_factory.mktemp("clips") / "made.mp4", 540, 960)


def _generated(path: Path, width: int, height: int) -> Path:
    from parvis.media.synth import SCENES, TUNES, make_clip

    make_clip(path, scene=next(iter(SCENES)), tune=next(iter(TUNES)), seed=7, seconds=5, width=width, height=height)
    return path
