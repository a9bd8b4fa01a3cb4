"""What an encoder is trained from: who liked what after what, in an order that does not hang on how rows were read."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from parvis.recommender.catalogue import Catalogue
from parvis.recommender.covisits import LIKED
from parvis.recommender.interface import Events
from parvis.recommender.nextitem.sequences import Sequences
from parvis.recommender.signals import Ints, satisfaction
from parvis.recommender.snapshots import Array

Names = npt.NDArray[np.uint64]
Kinds = sparse.csr_array


@dataclass(frozen=True)
class Limits:
    """`clips`: the softmax is over so many, those liked most; `length`: the last likings of a viewer that count."""

    clips: int = 10_000
    likings: int = 2  # a clip liked less often has no vector of its own
    length: int = 400


def names_of(raw: npt.NDArray[np.uint8]) -> Names:
    """Return a name of 64 bits for each id [n, 16], from which the id cannot be told.

    What is kept on disk names clips by it, so that no byte of it is the id of a clip that was deleted since. Two
    rounds of SplitMix64 (Steele, Lea and Flood 2014).
    """
    halves = np.ascontiguousarray(raw).view("<u8").astype(np.uint64)
    return _mixed(halves[:, 0] ^ _mixed(halves[:, 1]))


def _mixed(x: Names) -> Names:
    x = x + np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: Names = x ^ (x >> np.uint64(31))
    return mixed


def liked(events: Events, catalogue: Catalogue) -> Events:
    """Return the events that were likings, of which the learner's `Taste.liked` is made too."""
    value = satisfaction(events.kind, events.watched_ms, events.loops, catalogue.duration_ms[events.clip])
    return events.take(value >= LIKED)


def rows(catalogue: Catalogue, events: Events, limits: Limits | None = None) -> Mapping[str, Array]:
    """Return what a model is trained from as named arrays, the same for the same set of rows in any order.

    `viewer`, `clip` (a number in `names`), `at`: the likings, by viewer and time; `names` [clips] and `features`
    [clips, columns] of the clips that were liked most, in order of name.
    """
    limits = limits or Limits()
    events = liked(events, catalogue)
    names = names_of(catalogue.raw[: catalogue.size])
    often = np.bincount(events.clip, minlength=catalogue.size)
    enough = np.flatnonzero(often >= limits.likings)
    best = enough[np.lexsort((names[enough], -often[enough]))][: limits.clips]
    best = best[np.argsort(names[best], kind="stable")]
    number = np.full(catalogue.size, -1, np.int32)
    number[best] = np.arange(len(best))
    clip = number[events.clip]
    viewer, clip, at = events.viewer[clip >= 0], clip[clip >= 0], events.at[clip >= 0]
    order = np.lexsort((clip, at, viewer))
    viewer, clip, at = viewer[order], clip[order], at[order]
    again = np.zeros(len(clip), np.bool_)  # watched to the end and shared: one liking
    again[1:] = (viewer[1:] == viewer[:-1]) & (clip[1:] == clip[:-1])
    kept = ~again & (_from_end(viewer) < limits.length)
    return {
        "viewer": viewer[kept], "clip": clip[kept], "at": at[kept],
        "names": names[best], "features": catalogue.features[best],
    }  # fmt: skip


def _from_end(viewer: Names) -> npt.NDArray[np.intp]:
    """Return how many of the same viewer follow each of them, shape [n]; viewers are sorted."""
    last = np.flatnonzero(np.append(viewer[1:] != viewer[:-1], True)) if len(viewer) else np.zeros(0, np.intp)
    return np.asarray(last[np.searchsorted(viewer[last], viewer)] - np.arange(len(viewer)), np.intp)


def sequences(of: Mapping[str, Array]) -> Sequences:
    """Return the likings of each viewer in order of time."""
    starts = np.flatnonzero(np.diff(of["viewer"], prepend=~of["viewer"][:1]))
    return Sequences(of["clip"].astype(np.int32), np.append(starts, len(of["clip"])).astype(np.intp), len(of["names"]))


def kinds(features: Ints, buckets: int) -> Kinds:
    """Return clips as a mean of their features, [clips, buckets]; bucket 0 is none."""
    there = features > 0
    shares = np.repeat(np.float32(1) / np.maximum(there.sum(axis=1), 1).astype(np.float32), there.sum(axis=1))
    starts = np.append(0, np.cumsum(there.sum(axis=1)))
    return Kinds((shares, features[there], starts), shape=(len(features), buckets))
