"""The player's rules that need no browser: what a wheel, a finger and a line ask for. Run by node where it is there."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

import parvis

STATIC = Path(parvis.__file__).parent
pytestmark = pytest.mark.skipif(shutil.which("node") is None, reason="needs node")

# A trackpad's fling: it swells, then fades for half a second.
FLING = [2, 6, 15, 30, 45, 50, 44, 38, 32, 27, 23, 19, 16, 13, 11, 9, 8, 7, 6, 5, 4, 4, 3, 3, 2, 2, 2, 1, 1, 1, 1]


def run(module: str, script: str, **given: Any) -> Any:
    """Run `script` (which prints JSON) with what the module exports in `it` and the values in `given`."""
    text = (STATIC / module).read_text()
    program = f"""
      globalThis.document = {{ documentElement: {{ lang: "en" }} }};
      const it = await import("data:text/javascript," + encodeURIComponent({json.dumps(text)}));
      const given = {json.dumps(given)};
      {script}
    """
    command = ["node", "--input-type=module", "-e", program]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def wheel(events: list[dict[str, Any]]) -> list[int]:
    script = "const read = it.wheelReader(); console.log(JSON.stringify(given.events.map(read).filter(Boolean)));"
    return run("feed/static/feed/wheel.js", script, events=events)


def notch(at: float, sign: int = 1, ticks: int = 1) -> dict[str, Any]:
    return {"deltaMode": 0, "deltaY": 100 * sign * ticks, "wheelDeltaY": -120 * sign * ticks, "timeStamp": at}


def trackpad(at: float, sign: int = 1, until: int = 99) -> list[dict[str, Any]]:
    return [
        {"deltaMode": 0, "deltaY": sign * size, "wheelDeltaY": -3 * sign * size, "timeStamp": at + 16 * place}
        for place, size in enumerate(FLING[:until])
    ]


def test_every_notch_is_one_clip_however_fast() -> None:
    assert wheel([notch(0), notch(20), notch(40), notch(60, -1)]) == [1, 1, 1, -1]


def test_notches_that_the_browser_put_together_count_each() -> None:
    assert wheel([notch(0, ticks=3)]) == [3]


def test_a_wheel_that_counts_in_lines_is_a_mouse() -> None:
    assert wheel([{"deltaMode": 1, "deltaY": -3, "timeStamp": 0}]) == [-1]


@pytest.mark.parametrize("sign", [1, -1])
def test_a_fling_of_the_trackpad_is_one_clip(sign: int) -> None:
    assert wheel(trackpad(0, sign)) == [sign]


def test_a_second_fling_counts_before_the_first_has_faded() -> None:
    assert wheel(trackpad(0, until=18) + trackpad(18 * 16)) == [1, 1]


def test_a_fling_back_counts_at_once() -> None:
    assert wheel(trackpad(0, until=12) + trackpad(12 * 16, -1)) == [1, -1]


def test_a_touch_of_the_trackpad_is_nothing() -> None:
    assert wheel(trackpad(0, until=3)) == []


def finger(moved: float, milliseconds: float, *, base: float = 0, kind: str = "pointerup") -> tuple[int, float]:
    """Where the deck goes for a finger that moved evenly over a screen of 800 px: (direction, how long it takes)."""
    script = """
      const trail = [0, 0.25, 0.5, 0.75, 1].map((part) => ({ y: 400 + given.moved * part, at: given.time * part }));
      const event = { type: given.kind, clientY: 400 + given.moved, timeStamp: given.time };
      console.log(JSON.stringify(it.settle({ base: given.base, y: 400, trail }, event, 800)));
    """
    direction, time = run("feed/static/feed/gestures.js", script, moved=moved, time=milliseconds, base=base, kind=kind)
    return direction, time


def test_a_short_fling_and_a_long_slow_drag_are_one_clip() -> None:
    assert finger(-60, 60)[0] == 1
    assert finger(60, 60)[0] == -1
    assert finger(-300, 2000)[0] == 1


def test_a_short_slow_drag_comes_back() -> None:
    assert finger(-60, 600)[0] == 0


def test_a_fling_counts_while_the_last_one_still_moves() -> None:
    assert finger(-60, 60, base=700)[0] == 1


def test_a_gesture_that_the_system_took_over_is_none() -> None:
    assert finger(-400, 100, kind="pointercancel")[0] == 0


def test_the_deck_settles_in_a_third_of_a_second_at_most() -> None:
    for moved, time in ((-60, 60), (-300, 2000), (-60, 600), (-790, 50)):
        assert 120 <= finger(moved, time)[1] <= 300


LADDER = [{"width": width, "bytes": width * 2000} for width in (360, 540, 720, 1080)]  # 10 s: 576 to 1,728 kbit/s


def choose(width: int, ratio: float, connection: dict[str, Any] | None = None, ladder: list[Any] | None = None) -> Any:
    script = """
      Object.defineProperty(globalThis, "navigator", { value: { connection: given.connection } });
      globalThis.devicePixelRatio = given.ratio;
      const chosen = it.choose(given.ladder, 10000, { clientWidth: given.width });
      console.log(JSON.stringify(chosen ? chosen.width : null));
    """
    given = {"width": width, "ratio": ratio, "connection": connection, "ladder": LADDER if ladder is None else ladder}
    return run("feed/static/feed/quality.js", script, **given)


def test_the_rendition_fits_the_screen() -> None:
    assert choose(390, 1) == 360
    assert choose(432, 1) == 540
    assert choose(390, 3) == 720
    assert choose(1200, 2) == 1080


def test_the_rendition_fits_the_line() -> None:
    assert choose(1200, 2, {"downlink": 1.3}) == 540
    assert choose(1200, 2, {"downlink": 0.1}) == 360


def test_who_saves_data_gets_the_smallest() -> None:
    assert choose(1200, 2, {"downlink": 10, "saveData": True}) == 360


def test_a_clip_without_renditions_has_none_to_play() -> None:
    assert choose(390, 1, ladder=[]) is None


def test_ids_are_version_7_and_sort_by_time() -> None:
    script = "console.log(JSON.stringify([it.uuid7(1000), it.uuid7(1001), it.uuid7(1795321178269)]));"
    first, second, third = run("ui/static/ui/uuid7.js", script)
    assert first < second < third
    assert first.startswith("00000000-03e8-7")
    assert third[19] in "89ab"
    assert len(third) == 36
