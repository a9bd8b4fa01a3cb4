"""Two ways of asking a log how good a recommender is: leave one out, and foretell then learn.

In both the whole catalogue is ranked, the viewer's own clips left out, ties counted against us. Leave-one-out says how
a viewer's last clip is foretold from all before it, of all viewers at once: what papers report. Foretelling in order of
time says what would have happened: models know only what came before, and are fitted anew at the start of each round.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from parvis.recommender.evaluate import Items, Quality, Ranks, gains, hits, interval, judge_each
from parvis.recommender.nextitem.sequences import History, Sequences
from parvis.recommender.offline.logs import LEAST_EACH, Log
from parvis.recommender.offline.models import NAMES, Fitted, Popular, best_half_life, fitted

MOST_PEOPLE = 6500  # asked by leave-one-out, evenly spread
ROUNDS, ROUND_SHARE = 5, 0.1  # each round is so much of the events; one more before them chooses settings
MOST_ASKED = 800  # in a round
CURVE = (1, 2, 3, 5, 10, 20, 30, 50)
BATCH = 250
Say = Callable[[str], None]


@dataclass(frozen=True)
class Figure:
    """A mean and its 95 % interval by bootstrap."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Row:
    """What one model reached: HR@10, NDCG@10, the share of clips in any top ten, and HR@k for k in CURVE."""

    name: str
    hit: Figure
    gain: Figure
    coverage: float
    curve: tuple[float, ...]


@dataclass(frozen=True)
class LeftOut:
    """Leave-one-out: one row per model, and NDCG@10 by length of history: (least, most, viewers, by model)."""

    asked: int
    half_life: float
    rows: tuple[Row, ...]
    by_length: tuple[tuple[int, int, int, dict[str, float]], ...]


@dataclass(frozen=True)
class Foretold:
    """In order of time: one row per model over all rounds, and per round its first time (Unix seconds), how many were
    asked, and NDCG@10 by model."""

    asked: int
    half_life: float
    rows: tuple[Row, ...]
    rounds: tuple[tuple[float, int, dict[str, float]], ...]


def leave_one_out(log: Log, say: Say) -> LeftOut:
    """Each viewer's last clip is the question; the one before it chooses half-life and weights of the blend."""
    order = np.lexsort((np.arange(len(log.viewer)), log.viewer))
    starts = np.append(0, np.cumsum(np.bincount(log.viewer)))
    whole = Sequences(log.clip[order], starts, log.clips)
    training = whole.without_last(2)
    trained = whole.remaining() >= 2
    at = log.at[order][trained] if log.at is not None else None
    asked = np.flatnonzero(whole.lengths >= LEAST_EACH)
    asked = asked[:: max(1, -(-len(asked) // MOST_PEOPLE))]
    rows = [whole[number] for number in asked.tolist()]
    before, held = [row[:-2] for row in rows], np.array([row[-2] for row in rows])
    days = best_half_life(training.items, at, log.clips, before, held)
    say("leave-one-out: fitting")
    models = fitted(training, Popular.of(training.items, at, log.clips, days))
    models.learn_weights(before, held)
    say(f"leave-one-out: {len(rows)} viewers")
    histories: list[History] = [row[:-1] for row in rows]
    targets = np.array([row[-1] for row in rows])
    found = judge_each(models.scorers(), histories, targets, batch=BATCH)
    return LeftOut(len(rows), days, tuple(_row(name, found[name]) for name in NAMES), _by_length(histories, found))


def foretell(log: Log, say: Say) -> Foretold | None:
    """In each round the models know what came before it; each viewer's history grows with every event. None for a log
    without times."""
    if log.at is None:
        return None
    cuts = [int(len(log.clip) * (1 - ROUND_SHARE * left)) for left in range(ROUNDS + 1, -1, -1)]
    halves = cuts[0] // 2
    days = best_half_life(log.clip[:halves], log.at[:halves], log.clips, *_questions(log, halves, cuts[0]))
    told: list[dict[str, Quality]] = []
    rounds: list[tuple[float, int, dict[str, float]]] = []
    last: Fitted | None = None
    for number, (start, end) in enumerate(pairwise(cuts)):
        histories, targets = _questions(log, start, end)
        if not len(targets):
            continue
        say(f"in order of time: round {number} of {ROUNDS}")
        models = fitted(_sequences(log, start), Popular.of(log.clip[:start], log.at[:start], log.clips, days))
        if last is not None:  # its weights come from the round before
            models.blend = last.blend
            found = judge_each(models.scorers(), histories, targets, batch=BATCH)
            told.append(found)
            means = {name: float(gains(found[name].ranks, 10).mean()) for name in NAMES}
            rounds.append((float(log.at[start]), len(targets), means))
        models.learn_weights(histories, targets)
        last = models
    return _foretold(days, told, rounds) if told else None


def _foretold(
    days: float, told: Sequence[dict[str, Quality]], rounds: Sequence[tuple[float, int, dict[str, float]]]
) -> Foretold:
    """Return the rounds together."""
    rows = tuple(_row(name, _together([one[name] for one in told])) for name in NAMES)
    return Foretold(sum(count for _at, count, _means in rounds), days, rows, tuple(rounds))


def _sequences(log: Log, end: int) -> Sequences:
    """Return the first `end` events by viewer."""
    order = np.argsort(log.viewer[:end], kind="stable")
    lengths = np.bincount(log.viewer[:end], minlength=log.viewers)
    return Sequences(log.clip[:end][order], np.append(0, np.cumsum(lengths)), log.clips)


def _questions(log: Log, start: int, end: int) -> tuple[list[History], Items]:
    """Return histories and next clips of events between two, evenly spread; of viewers who took something before."""
    until = _sequences(log, end)
    order = np.argsort(log.viewer[:end], kind="stable")
    place = np.empty(end, np.intp)
    place[order] = until.positions()
    asked = start + np.flatnonzero(place[start:] > 0)
    asked = asked[:: max(1, -(-len(asked) // MOST_ASKED))]
    histories: list[History] = [until[int(log.viewer[event])][: place[event]] for event in asked]
    return histories, log.clip[asked]


def _row(name: str, quality: Quality) -> Row:
    ranks = quality.ranks
    curve = tuple(float(hits(ranks, k).mean()) for k in CURVE)
    return Row(name, _figure(hits(ranks, 10)), _figure(gains(ranks, 10)), quality.coverage, curve)


def _figure(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Figure:
    return Figure(float(values.mean()), *interval(values))


def _together(parts: list[Quality]) -> Quality:
    ranks: Ranks = np.concatenate([one.ranks for one in parts])
    return Quality(ranks, float(np.mean([one.coverage for one in parts])))


def _by_length(
    histories: list[History], found: dict[str, Quality]
) -> tuple[tuple[int, int, int, dict[str, float]], ...]:
    """Return NDCG@10 in quarters of the viewers by how much is known of them."""
    lengths = np.array([len(one) for one in histories])
    edges = np.unique(np.quantile(lengths, [0, 0.25, 0.5, 0.75, 1]).astype(int))
    groups = []
    for low, high in zip(edges, [*(edges[1:-1] - 1), edges[-1]], strict=False):
        inside = (lengths >= low) & (lengths <= high)
        if inside.any():
            means = {name: float(gains(found[name].ranks[inside], 10).mean()) for name in NAMES}
            groups.append((int(low), int(high), int(inside.sum()), means))
    return tuple(groups)
