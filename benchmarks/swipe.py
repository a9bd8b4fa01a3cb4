"""From a swipe to the next clip playing, in a real browser against a real installation on this machine.

A finger is moved over the screen (touch events through the browser's debugging protocol); the page marks when the deck
starts to move and when the new film plays. The finger's own 90 ms of movement come before and are not counted.
"""

import os
import shutil
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import CDPSession, Page, sync_playwright

from benchmarks.report import report
from tests.browser.conftest import ARGUMENTS, PHONE
from tests.installation import Installation

SWIPES = 20 if os.environ.get("SCALE") == "small" else 100
CLIPS = 10
WATCHED_SECONDS = 0.6  # the viewer looks at each clip a little; the next one warms meanwhile

OBSERVE = """() => {
  window.swipes = [];
  let began = 0;
  new PerformanceObserver((list) => {
    for (const { name, startTime } of list.getEntries()) {
      if (name === "swipe") began = startTime;
      if (name === "playing" && began) { window.swipes.push(startTime - began); began = 0; }
    }
  }).observe({ entryTypes: ["mark"] });
}"""

STATE = """() => {
  const video = document.querySelector("parvis-feed [data-current] video");
  return video && { time: video.currentTime, width: video.videoWidth, paused: video.paused };
}"""


def swipe(cdp: CDPSession, direction: int) -> None:
    """Move one finger up (1: next clip) or down (-1) by 400 px in 90 ms."""
    x, start = 195, 600 if direction > 0 else 200
    cdp.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": start}]})
    for step in range(1, 10):
        point = {"x": x, "y": start - direction * step * 44}
        cdp.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
        time.sleep(0.01)
    cdp.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def measured(page: Page, cdp: CDPSession) -> list[float]:
    """Return the milliseconds from swipe to playing of each swipe; walks the deck up and down."""
    page.goto("/")
    page.wait_for_function(f"() => ({STATE})()?.time > 0.3", timeout=30_000)
    page.evaluate(OBSERVE)
    for number in range(SWIPES):
        swipe(cdp, 1 if (number // (CLIPS - 2)) % 2 == 0 else -1)
        page.wait_for_function("(done) => window.swipes.length > done", arg=number, timeout=10_000)
        time.sleep(WATCHED_SECONDS)
        state: dict[str, Any] = page.evaluate(STATE)
        assert state["width"] > 0, "the picture has no size: nothing is shown"
        assert state["time"] > 0.1, f"the clip does not move: {state}"
    times: list[float] = page.evaluate("window.swipes")
    return times


def main() -> None:
    """Run and report."""
    with tempfile.TemporaryDirectory(prefix="parvis-swipe-") as folder, sync_playwright() as playwright:
        installation = Installation(Path(folder))
        try:
            print(f"installation ready after {installation.start(clips=CLIPS):.0f} s", flush=True)
            path = os.environ.get("PARVIS_CHROMIUM") or shutil.which("chromium")
            browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
            context = browser.new_context(base_url=installation.origin, **PHONE)
            page = context.new_page()
            times = measured(page, context.new_cdp_session(page))
            browser.close()
        finally:
            installation.stop()
    print(f"{len(times)} swipes: " + " ".join(f"{value:.0f}" for value in times))
    report(
        "swipe",
        {"median_ms": statistics.median(times), "p95_ms": statistics.quantiles(times, n=20)[-1], "swipes": len(times)},
        {"median_ms": ("<", 200), "p95_ms": ("<", 200)},
    )


if __name__ == "__main__":
    main()
