"""Logs of who took what and when, from files that other people wrote.

Read are MovieLens's `ratings.dat` and `ratings.csv`, `viewer,clip,at[,value]` with or without its header, and lines of
`viewer clip` in order of time without times. A row that is none of these is counted and passed over.
"""

import csv
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt

from parvis.recommender.nextitem.sequences import Ints

MOST_ROWS = 10_000_000
MOST_CLIPS = 20_000
LEAST_VIEWERS, LEAST_CLIPS, LEAST_EACH = 20, 10, 3
NAMES = ("ratings.dat", "ratings.csv")  # looked for first in a folder
SUFFIXES = (".csv", ".dat", ".txt", ".tsv", ".data")
# Names of columns, as headers have them.
VIEWER, CLIP = {"viewer", "userid", "user", "user_id"}, {"clip", "movieid", "item", "item_id", "itemid", "video_id"}
AT, VALUE = {"at", "timestamp", "time", "time_ms"}, {"value", "rating"}
MILLISECONDS = 1e11  # a Unix time above this is not in seconds
Row = tuple[str, str, float, float]  # viewer, clip, at (NaN: none), value (NaN: none)


class LogError(ValueError):
    """A log that cannot be evaluated; the message says why, for who gave it."""


@dataclass(frozen=True)
class Log:
    """Who took what, each clip once per viewer, in order of time; shape [events] each.

    Viewers and clips are numbered from 0, the clips by how often they were taken. `at` is Unix seconds, None for a log
    without times, which is in order for each viewer only. `counts`: rows read and, by reason, those left out.
    """

    name: str
    viewer: Ints
    clip: Ints
    at: npt.NDArray[np.float64] | None
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def viewers(self) -> int:
        """How many viewers there are."""
        return int(self.viewer.max(initial=-1)) + 1

    @property
    def clips(self) -> int:
        """How many clips there are."""
        return int(self.clip.max(initial=-1)) + 1


def read(path: Path, least: float | None = None) -> Log:
    """Return the log in a file, or in the one file of a folder that looks like one; rows with a value below `least`
    are left out. LogError for what is no log, is empty, too large or too small."""
    file = _file(path)
    counts: Counter[str] = Counter()
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            return log_of(file.name, _rows(lines, counts), counts, least)
    except UnicodeDecodeError:
        raise LogError(f"{file} is not a text file.") from None
    except OSError as error:
        raise LogError(f"{file} cannot be read: {error.strerror}.") from None


def log_of(name: str, rows: Iterable[Row], counts: Counter[str] | None = None, least: float | None = None) -> Log:
    """Return rows as a log. LogError if they are too many, or too few to tell anything."""
    counts = Counter() if counts is None else counts
    viewers: dict[str, int] = {}
    clips: dict[str, int] = {}
    who, what, when = [], [], []
    for viewer, clip, at, value in rows:
        if least is not None and not value >= least:
            counts["below the least value"] += 1
            continue
        who.append(viewers.setdefault(viewer, len(viewers)))
        what.append(clips.setdefault(clip, len(clips)))
        when.append(at)
    if not counts["read"]:
        counts["read"] = len(who) + counts["below the least value"]
    if not counts["read"]:
        raise LogError(f"{name} is empty.")
    wrong = sum(count for reason, count in counts.items() if reason not in {"read", "below the least value"})
    if wrong > counts["read"] / 2:
        raise LogError(f"{name} is not a log of viewers and clips: {wrong} of {counts['read']} rows make no sense "
                       f"({_most(counts)}).")  # fmt: skip
    return _ordered(name, np.array(who, np.int32), np.array(what, np.int32), np.array(when, np.float64), counts)


def _ordered(name: str, who: Ints, what: Ints, when: npt.NDArray[np.float64], counts: Counter[str]) -> Log:
    timed = bool(np.isfinite(when).all())
    if timed:
        order = np.argsort(when, kind="stable")
        who, what, when = who[order], what[order], when[order]
        if len(when) and np.median(when) > MILLISECONDS:
            when = when / 1000
    _, first = np.unique(who.astype(np.int64) * (int(what.max(initial=0)) + 1) + what, return_index=True)
    first.sort()
    counts["the same clip again"] = len(who) - len(first)
    who, what, when = who[first], what[first], when[first]
    taken = np.bincount(what)
    rank = np.empty(len(taken), np.int32)
    rank[np.argsort(-taken, kind="stable")] = np.arange(len(taken), dtype=np.int32)
    what = rank[what] if len(what) else what
    kept = what < MOST_CLIPS
    counts["of clips that are rarely taken"] = int(np.count_nonzero(~kept))
    _, numbers = np.unique(who[kept], return_inverse=True)
    log = Log(name, numbers.astype(np.int32), what[kept], when[kept] if timed else None, dict(+counts))
    enough = int(np.count_nonzero(np.bincount(log.viewer, minlength=1) >= LEAST_EACH))
    if enough < LEAST_VIEWERS or log.clips < LEAST_CLIPS:
        raise LogError(f"{name} is too small: {enough} viewers with {LEAST_EACH} clips or more, {log.clips} clips; "
                       f"{LEAST_VIEWERS} and {LEAST_CLIPS} are the least.")  # fmt: skip
    return log


def _file(path: Path) -> Path:
    if not path.exists():
        raise LogError(f"{path} is not there.")
    if not path.is_dir():
        return path
    for name in NAMES:
        if (path / name).is_file():
            return path / name
    found = sorted(one for one in path.iterdir() if one.suffix in SUFFIXES and one.is_file())
    found = [one for one in found if one.stem.lower() not in {"source", "readme", "license"}]
    if len(found) != 1:
        raise LogError(f"{path} holds {len(found)} files that may be a log: name the one that is meant.")
    return found[0]


def _rows(lines: Iterable[str], counts: Counter[str]) -> Iterator[Row]:
    numbers = enumerate(_cells(lines, counts))
    take: Callable[[Sequence[str]], Row] | None = None
    for number, cells in numbers:
        if number >= MOST_ROWS:
            raise LogError(f"There are more than {MOST_ROWS:,} rows: take a part of them.")
        if number == 0 and (by_name := _header(cells)):
            take = by_name
            continue
        counts["read"] += 1
        take = take or _by_place(len(cells))
        try:
            yield take(cells)
        except (ValueError, IndexError, OverflowError) as error:
            counts[str(error) if isinstance(error, _WrongRow) else "columns are missing"] += 1


class _WrongRow(ValueError):
    """Why a row is left out."""


def _cells(lines: Iterable[str], counts: Counter[str]) -> Iterator[list[str]]:
    """Yield the columns of each line that is not blank, by the separator of the first."""
    split: Callable[[str], list[str]] | None = None
    for line in lines:
        if not line.strip():
            continue
        if "\0" in line or len(line) > 10_000:
            raise LogError("This is not a text file of short rows.")
        if split is None:
            split = _splitter(line)
        yield split(line)


def _splitter(line: str) -> Callable[[str], list[str]]:
    if "::" in line:
        return lambda one: [cell.strip() for cell in one.split("::")]
    if "," in line:
        return lambda one: [cell.strip() for cell in next(csv.reader([one]))]
    return str.split


def _header(cells: Sequence[str]) -> Callable[[Sequence[str]], Row] | None:
    names = [cell.lower() for cell in cells]
    places = [next((at for at, name in enumerate(names) if name in known), -1) for known in (VIEWER, CLIP, AT, VALUE)]
    return (lambda row: _row(row, *places)) if min(places[:2]) >= 0 else None


def _by_place(columns: int) -> Callable[[Sequence[str]], Row]:
    """Return how rows without a header are read: MovieLens has the rating third, ours the time."""
    if columns <= 2:
        return lambda row: _row(row, 0, 1, -1, -1)
    if columns == 3:
        return lambda row: _row(row, 0, 1, 2, -1)
    return lambda row: _row(row, 0, 1, 3, 2) if _is_rating(row[2]) else _row(row, 0, 1, 2, 3)


def _is_rating(text: str) -> bool:
    try:
        return float(text) <= 1000
    except ValueError:
        return False


def _row(row: Sequence[str], viewer: int, clip: int, at: int, value: int) -> Row:
    if max(viewer, clip, at, value) >= len(row):
        raise _WrongRow("columns are missing")
    if not row[viewer] or not row[clip]:
        raise _WrongRow("no viewer or no clip")
    return (
        row[viewer],
        row[clip],
        _time(row[at]) if at >= 0 else math.nan,
        _value(row[value]) if value >= 0 else math.nan,
    )


def _time(text: str) -> float:
    try:
        moment = float(text)
    except ValueError:
        try:
            read_at = datetime.fromisoformat(text)
            moment = read_at.replace(tzinfo=read_at.tzinfo or UTC).timestamp()
        except (ValueError, OverflowError):
            raise _WrongRow("the time is none") from None
    if not 0 <= moment < 1e15:
        raise _WrongRow("the time is none")
    return moment


def _value(text: str) -> float:
    try:
        value = float(text) if text else math.nan
    except ValueError:
        raise _WrongRow("the value is no number") from None
    return value


def _most(counts: Counter[str]) -> str:
    reasons = [f"{reason}: {count}" for reason, count in counts.most_common() if reason != "read"]
    return ", ".join(reasons[:3])
