"""Evaluating on a log: what is read, what is refused, what is found, and the page."""

import re
from pathlib import Path

import numpy as np
import pytest

from parvis.recommender.offline import logs, page
from parvis.recommender.offline.logs import Log, LogError, log_of, read
from parvis.recommender.offline.protocols import foretell, leave_one_out

START = 1_700_000_000


def said(_text: str) -> None:
    """Progress, which nobody reads here."""


def rounds(viewers: int = 60, clips: int = 30, length: int = 12) -> list[tuple[str, str, float, float]]:
    """Everybody goes round the same circle of clips from a place of their own: what comes next is certain."""
    return [
        (f"v{viewer}", f"c{(viewer * 7 + step) % clips}", START + 3600.0 * (step * viewers + viewer), float("nan"))
        for step in range(length)
        for viewer in range(viewers)
    ]


def stored(tmp_path: Path, text: str, name: str = "log.csv") -> Path:
    path = tmp_path / name
    path.write_text(text)
    return path


def as_text(separator: str, head: str = "", columns: str = "vca") -> str:
    cells = [{"v": viewer, "c": clip, "a": str(int(at)), "r": "4"} for viewer, clip, at, _value in rounds()]
    return head + "".join(separator.join(one[column] for column in columns) + "\n" for one in cells)


@pytest.mark.parametrize(("name", "text"), [
    ("ratings.dat", as_text("::", columns="vcra")),
    ("ratings.csv", as_text(",", "userId,movieId,rating,timestamp\n", columns="vcra")),
    ("log.csv", as_text(",", "viewer,clip,at\n")),
    ("log.csv", as_text(",", "viewer,clip,at,value\n", columns="vcar")),
    ("log.csv", as_text(",")),
    ("u.data", as_text("\t", columns="vcra")),
])  # fmt: skip
def test_every_form_of_a_log_is_read_to_the_same_rows(tmp_path, name, text) -> None:
    log, expected = read(stored(tmp_path, text, name)), log_of("x", rounds())
    assert (log.viewer.tolist(), log.clip.tolist()) == (expected.viewer.tolist(), expected.clip.tolist())
    assert log.at.tolist() == expected.at.tolist()
    assert log.counts["read"] == 720


def test_a_log_without_times_keeps_its_order_and_is_not_foretold(tmp_path) -> None:
    log = read(stored(tmp_path, as_text(" ", columns="vc"), "pairs.txt"))
    assert log.at is None
    assert log.clip[log.viewer == 0].tolist() == log_of("x", rounds()).clip[:720:60].tolist()
    assert foretell(log, said) is None


def test_wrong_rows_are_counted_and_passed_over(tmp_path) -> None:
    wrong = ["v1", ",c1,5", "v1,c2,yesterday", "v1,c2,-5", "v1,c2,nan", "v0,c0,1700000000"]
    log = read(stored(tmp_path, as_text(",", "viewer,clip,at\n") + "\n".join(wrong) + "\n\n"))
    assert log.counts == {"read": 726, "columns are missing": 1, "no viewer or no clip": 1, "the time is none": 3,
                          "the same clip again": 1}  # fmt: skip
    assert len(log.clip) == 720


def test_times_may_be_dates_or_milliseconds_and_low_values_can_be_left_out(tmp_path) -> None:
    rows = as_text(",", "viewer,clip,at\n").replace(f",{START}\n", ",2023-11-14T22:13:20Z\n")
    assert read(stored(tmp_path, rows)).at[0] == START
    later = "".join(f"{v},{c},{int(at) * 1000}\n" for v, c, at, _ in rounds())
    assert read(stored(tmp_path, later)).at[0] == START
    rated = "viewer,clip,at,value\n" + "".join(
        f"{v},{c},{int(at)},{5 if n % 2 else 1}\n" for n, (v, c, at, _) in enumerate(rounds())
    )
    assert read(stored(tmp_path, rated), least=4).counts["below the least value"] == 360


@pytest.mark.parametrize(("text", "why"), [
    ("", "is empty"),
    ("viewer,clip,at\n", "is empty"),
    ("\n\n \n", "is empty"),
    ("a,b,1\nc,d,2\n", "is too small"),
    ("once upon a time\nthere was a log\nthat was none at all\n", "rows make no sense"),
    ("a\0b,c,3\n", "not a text file"),
    ("x" * 20_000, "not a text file"),
])  # fmt: skip
def test_what_is_no_log_is_refused_in_words(tmp_path, text, why) -> None:
    with pytest.raises(LogError, match=why):
        read(stored(tmp_path, text))


def test_files_that_are_not_there_or_not_text_or_not_one_are_refused(tmp_path) -> None:
    with pytest.raises(LogError, match="is not there"):
        read(tmp_path / "nothing.csv")
    (tmp_path / "film.csv").write_bytes(b"\xff\xfe\x81\x00" * 100)
    with pytest.raises(LogError, match="not a text file"):
        read(tmp_path / "film.csv")
    stored(tmp_path, as_text(","), "other.csv")
    with pytest.raises(LogError, match="holds 2 files"):
        read(tmp_path)
    stored(tmp_path, as_text("::", columns="vcra"), "ratings.dat")
    assert read(tmp_path).name == "ratings.dat"


def test_a_log_that_is_too_large_is_refused_before_it_fills_the_memory(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(logs, "MOST_ROWS", 500)
    with pytest.raises(LogError, match="more than 500 rows"):
        read(stored(tmp_path, as_text(",")))


def test_of_very_many_clips_those_most_taken_are_kept(monkeypatch) -> None:
    monkeypatch.setattr(logs, "MOST_CLIPS", 25)
    rows = rounds() + [(f"v{n}", "favourite", START + n, 0.0) for n in range(60)]
    log = log_of("x", rows)
    assert log.clips == 25
    assert np.bincount(log.clip)[0] == 60
    assert log.counts["of clips that are rarely taken"] == 780 - len(log.clip)


def test_what_is_certain_is_found_by_all_who_look_at_order_and_not_by_popularity() -> None:
    log = log_of("circle", rounds())
    found, told = leave_one_out(log, said), foretell(log, said)
    for result in (found, told):
        figures = {row.name: row for row in result.rows}
        assert figures["co-visits"].hit.mean > 0.95
        assert figures["ridge"].hit.mean > 0.95
        assert figures["blend"].gain.mean > 0.9
        assert figures["decayed popularity"].hit.mean < 0.8
        assert all(row.hit.low <= row.hit.mean <= row.hit.high and len(row.curve) == 8 for row in result.rows)
    assert found.asked == 60
    assert len(told.rounds) == 5


def test_of_noise_nobody_claims_to_know_anything() -> None:
    dice = np.random.default_rng(1)
    rows = [(f"v{v}", f"c{c}", float(START + t), 0.0) for t, (v, c) in enumerate(dice.integers(0, 200, (4000, 2)))]
    for row in leave_one_out(log_of("noise", rows), said).rows:
        assert row.hit.low <= 0.06  # 10 of some 180 unseen clips


def test_models_in_order_of_time_know_nothing_of_what_comes_later() -> None:
    """In the last tenth everybody turns round. Who learned from it would foretell it."""
    forward = rounds(length=20)
    turned = [
        (viewer, f"b{clip}" if n >= 1080 else clip, at, value) for n, (viewer, clip, at, value) in enumerate(forward)
    ]
    told = foretell(log_of("turned", turned), said)
    assert told.rounds[-2][2]["co-visits"] > 0.9
    assert told.rounds[-1][2]["co-visits"] < 0.05
    assert told.rounds[-1][2]["ridge"] < 0.05


def test_the_page_stands_alone_and_escapes_what_it_is_told(tmp_path) -> None:
    log = log_of("<script>alert(1)</script>", rounds())
    path = page.write(tmp_path / "new", log, leave_one_out(log, said), foretell(log, said))
    text = path.read_text()
    assert "<script" not in text
    assert not re.search(r"(?:src|href)=|@import|url\(", text)
    assert text.count("<figure>") == 4
    assert "NaN" not in text
    assert "nan" not in re.sub(r"[a-z]{4,}", "", text)
    assert [one.name for one in path.parent.iterdir()] == ["evaluation.html"]


def test_a_page_without_times_says_so(tmp_path) -> None:
    log = log_of("pairs", [(viewer, clip, float("nan"), 0.0) for viewer, clip, _, _ in rounds()])
    assert isinstance(log, Log)
    assert "has no times" in page.page(log, leave_one_out(log, said), None)
