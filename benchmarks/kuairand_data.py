"""The KuaiRand log (Gao et al. 2022) as arrays: what was shown before 25 April, what was shown from then to 30 April.

Of the clips only what was known when they were uploaded is read. The file's statistics of clips cover the whole period,
so they would tell of the future.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from parvis.recommender.signals import length_class

ROOT = Path(__file__).resolve().parent.parent
FOLDER = Path(os.environ.get("PARVIS_MATERIAL", ROOT.parent / "shared")) / "data" / "kuairand"
FIRST_REPORTED = 20220429  # settings were chosen on what was before
BETWEEN_S = 8 * 3600.0  # showings before 25 April have an order but no times: a viewer's are put so far apart
TAGS = 5
CHINA_S, APRIL = 8 * 3600, 19_082  # of the time zone; the day before 1 April, in days since 1970
Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Clips:
    """The catalogue, as a stream wants it, with the class of length."""

    size: int
    creator: Array
    tags: Array
    length: Array


@dataclass(frozen=True)
class Log:
    """Showings: of the history only viewer, clip, long view and a made-up time; grouped by viewer there."""

    viewer: Array
    clip: Array
    long_view: Array
    at: Array


@dataclass(frozen=True)
class Shown(Log):
    """Showings in order of time, with all that came of them. `acts` is in the order of the ranker's heads."""

    date: Array
    surface: Array
    hour: Array
    length: Array
    watched_s: Array
    acts: Array


@dataclass(frozen=True)
class Material:
    clips: Clips
    history: Log
    shown: Shown
    seen: list[set[int]]  # per viewer, by the history
    viewers: int


def load() -> Material:
    """Read all. FileNotFoundError where the material is not there."""
    from pyarrow import parquet

    clips = _clips()
    table = parquet.read_table(FOLDER / "val.parquet")
    rows = parquet.read_table(FOLDER / "user_sequences.parquet").to_pylist()
    sequences = {row["user_id"]: row for row in rows}
    keys = np.unique(np.concatenate([table["user_id"].to_numpy(), np.array(sorted(sequences))]))
    number = {int(key): place for place, key in enumerate(keys)}
    history, seen = _history(sequences, number)
    return Material(clips, history, _shown(table, number, clips), seen, len(keys))


def _clips() -> Clips:
    from pyarrow import parquet

    columns = ["video_id", "author_id", "tag", "video_duration"]
    rows = sorted(parquet.read_table(FOLDER / "item_features.parquet", columns=columns).to_pylist(), key=_video)
    assert [row["video_id"] for row in rows] == list(range(len(rows)))
    lists = [[tag for tag in (row["tag"] or "").split(",") if tag and tag != "unknown"] for row in rows]
    names = {tag: place + 1 for place, tag in enumerate(sorted({tag for tags in lists for tag in tags}))}
    tags = np.zeros((len(rows), TAGS), np.int32)
    for place, own in enumerate(lists):
        tags[place, : len(own)] = [names[tag] for tag in own[:TAGS]]
    creator = np.unique([row["author_id"] for row in rows], return_inverse=True)[1].astype(np.int32)
    duration = np.nan_to_num(np.array([row["video_duration"] for row in rows], np.float64))
    return Clips(len(rows), creator, tags, length_class(duration.astype(np.int32)))


def _video(row: dict[str, Any]) -> int:
    return int(row["video_id"])


def _history(sequences: dict[int, dict[str, Any]], number: dict[int, int]) -> tuple[Log, list[set[int]]]:
    """Merge what each viewer saw (the last 50) with what of it was a long view; older long views stand before them."""
    seen: list[set[int]] = [set() for _ in number]
    parts: list[tuple[Array, Array, Array, Array]] = []
    for key in sorted(sequences):
        row = sequences[key]
        clips, long_view = _merged(row["watch_seq"], row["long_watch_seq"])
        viewer = number[key]
        seen[viewer].update(clips, row["like_seq"])
        at = row["last_time_ms"] / 1000 - BETWEEN_S * np.arange(len(clips) - 1, -1, -1)
        parts.append((np.full(len(clips), viewer, np.int32), np.array(clips, np.int32), np.array(long_view, bool), at))
    return Log(*(np.concatenate(column) for column in zip(*parts, strict=True))), seen


def _merged(watched: list[int], long: list[int]) -> tuple[list[int], list[bool]]:
    left, marks = len(long), [False] * len(watched)
    for place in range(len(watched) - 1, -1, -1):
        if left and watched[place] == long[left - 1]:
            marks[place] = True
            left -= 1
    return long[:left] + watched, [True] * left + marks


def _shown(table: Any, number: dict[int, int], clips: Clips) -> Shown:
    names = ["user_id", "video_id", "time_ms", "tab", "hourmin", "play_time_ms", "duration_ms", "long_view",
             "is_like", "is_forward", "is_follow", "is_comment", "is_hate"]  # fmt: skip
    column = {name: table[name].to_numpy() for name in names}
    order = np.argsort(column["time_ms"], kind="stable")
    column = {name: values[order] for name, values in column.items()}
    # The file's own dates go to and fro in the hour before midnight in China.
    at = column["time_ms"] / 1000
    date = np.maximum(((at + CHINA_S) // 86_400).astype(int) - APRIL, 25) + 20220400
    watched = column["play_time_ms"] / 1000
    skipped = (watched < np.minimum(2.0, column["duration_ms"] / 2000)) & (column["long_view"] == 0)
    acts = np.stack([column["long_view"], column["is_like"], column["is_forward"], column["is_follow"],
                     column["is_comment"], skipped, column["is_hate"]], axis=1).astype(np.float32)  # fmt: skip
    viewer = np.array([number[key] for key in column["user_id"].tolist()], np.int32)
    clip = column["video_id"].astype(np.int32)
    return Shown(
        viewer, clip, column["long_view"] == 1, at, date, column["tab"],
        column["hourmin"] // 100, clips.length[clip], watched, acts,
    )  # fmt: skip


def days(shown: Shown, first: int) -> Iterator[range]:
    """Give the rows of each day from a date on."""
    for date in np.unique(shown.date[shown.date >= first]):
        start, end = np.searchsorted(shown.date, [date, date + 1])
        yield range(int(start), int(end))
