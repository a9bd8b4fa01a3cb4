"""What a person does in the pages, as steps for the journeys."""

import re
import time
import uuid
from pathlib import Path
from typing import Any

from playwright.sync_api import CDPSession, Page, expect

PASSWORD = "parvis-demo-square"  # the named world's own, public

CURRENT = "parvis-feed [data-current]"
FILM = """() => {
  const slide = document.querySelector("parvis-feed [data-current]");
  const video = slide?.querySelector("video");
  if (!video) return null;
  return { clip: slide.dataset.clip ?? null, kind: slide.dataset.kind, time: video.currentTime,
           width: video.videoWidth, height: video.videoHeight, paused: video.paused };
}"""
BRIGHTNESS = """(selector) => {
  const video = document.querySelector(selector);
  const canvas = document.createElement("canvas");
  canvas.width = 32; canvas.height = 32;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(video, 0, 0, 32, 32);
  const { data } = context.getImageData(0, 0, 32, 32);
  const light = [];
  for (let i = 0; i < data.length; i += 4) light.push((data[i] + data[i + 1] + data[i + 2]) / 3);
  const mean = light.reduce((sum, one) => sum + one, 0) / light.length;
  const spread = Math.sqrt(light.reduce((sum, one) => sum + (one - mean) ** 2, 0) / light.length);
  return { mean, spread };
}"""


def new_handle() -> str:
    """Return a handle that nobody has."""
    return f"p{uuid.uuid4().hex[:10]}"


def with_passkeys(page: Page) -> CDPSession:
    """Give the page's browser a virtual authenticator that agrees to everything."""
    cdp = page.context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    cdp.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return cdp


def sign_up(page: Page, handle: str, *, born: str = "1999-05-04", home: str = "FR") -> None:
    """Open an account with a passkey."""
    page.goto("/sign-up")
    page.fill("[name=handle]", handle)
    page.fill("[name=birth_date]", born)
    page.select_option("[name=home]", home)
    page.click("button[value=passkey]")
    page.wait_for_url(re.compile(r"/$"))


def sign_in(page: Page, handle: str) -> None:
    """Sign somebody of the named world in with the password."""
    page.goto("/sign-in")
    form = page.locator("form[action='/sign-in']")
    form.locator("[name=handle]").fill(handle)
    form.locator("[name=password]").fill(PASSWORD)
    form.locator("button:not([type=button])").last.click()
    page.wait_for_url(re.compile(r"/$"))


def film(page: Page) -> dict[str, Any]:
    """Return what the current film shows: clip, kind, time, width, height, paused."""
    state: dict[str, Any] | None = page.evaluate(FILM)
    assert state is not None, "the page has no feed"
    return state


def wait_until_playing(page: Page, *, other_than: str | None = None, seconds: float = 15) -> dict[str, Any]:
    """Wait until a film moves (and is another clip than `other_than`); its time must have advanced twice."""
    deadline, last = time.monotonic() + seconds, -1.0
    while time.monotonic() < deadline:
        state = page.evaluate(FILM)
        if state and state["kind"] == "clip" and state["clip"] != other_than and not state["paused"]:
            if 0 <= last < state["time"] and state["width"] > 0:
                return dict(state)
            last = state["time"]
        page.wait_for_timeout(60)
    raise AssertionError(f"no film plays: {page.evaluate(FILM)}")


def assert_picture(page: Page, selector: str = f"{CURRENT} video") -> None:
    """Fail where the film is black or of one colour."""
    deadline = time.monotonic() + 6
    while True:
        light = page.evaluate(BRIGHTNESS, selector)
        if light["mean"] > 8 and light["spread"] > 3:
            return
        assert time.monotonic() < deadline, f"the picture is empty: {light}"
        page.wait_for_timeout(200)


def post(page: Page, path: Path, *, caption: str) -> str:
    """Post a video with a caption; return the id of its clip once it plays."""
    page.goto("/create")
    page.set_input_files("[data-part=file]", str(path))
    page.fill("[name=caption]", caption)
    page.get_by_role("button", name="Post", exact=True).click()
    clip = posted(page)
    wait_until_playable(page, clip)
    return clip


def patched_offsets(page: Page) -> list[int]:
    """Return a list that gets the offset of each part that the page begins to send."""
    offsets: list[int] = []
    page.on(
        "request",
        lambda request: (
            offsets.append(int(request.headers.get("upload-offset", 0))) if request.method == "PATCH" else None
        ),
    )
    return offsets


def posted(page: Page) -> str:
    """Wait until the page says that the clip is on its way and names it; return its id."""
    page.locator("[data-part=done]").wait_for(timeout=60_000)
    link = page.locator("[data-part=see][href]")
    link.wait_for(state="attached", timeout=120_000)
    return str(link.get_attribute("href")).rsplit("/", 1)[1]


def wait_until_playable(page: Page, clip: str, seconds: float = 120) -> None:
    """Poll the clip's progress, as the page does, until it plays."""
    deadline = time.monotonic() + seconds
    state: dict[str, Any] = {}
    while time.monotonic() < deadline:
        state = page.evaluate("(clip) => fetch(`/mine/${clip}/progress`).then((r) => r.json())", clip)
        if state["playable"]:
            return
        assert state["state"] not in {"refused", "failed"}, state
        page.wait_for_timeout(400)
    raise AssertionError(f"the clip does not become playable: {state}")


def assert_plays_on_its_page(page: Page, clip: str, *, ratio: float) -> None:
    """The share page plays it: time advances, the shape is right, the picture is not empty."""
    page.goto(f"/c/{clip}")
    video = page.locator("video").first
    video.wait_for()
    video.evaluate("(v) => { v.muted = true; return v.play(); }")
    page.wait_for_function("() => document.querySelector('video').currentTime > 0.4")
    width, height = video.evaluate("(v) => [v.videoWidth, v.videoHeight]")
    assert abs(width / height - ratio) < 0.02, (width, height)
    assert_picture(page, "video")


def expect_count(page: Page, part: str, text: str) -> None:
    """Expect a count beside the current clip."""
    expect(page.locator(f"{CURRENT} [data-part={part}]")).to_have_text(text)
