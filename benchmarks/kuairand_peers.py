"""What a self-hoster would take instead, on the same showings: implicit's ALS and item neighbours, Vowpal Wabbit.

Decayed popularity is measured in the arms.
"""

import time
from typing import Any

import numpy as np
from scipy import sparse

from benchmarks.kuairand_arms import place, showing_fields
from benchmarks.kuairand_data import Material, days

Array = np.ndarray[Any, Any]
ALS = {"factors": 64, "regularization": 0.1, "alpha": 5.0}  # common values; not tuned
FULL, AGAIN = 15, 3  # iterations of the first fit, and of each hourly one, which goes on from where the last ended
NEIGHBOURS = 200


class Lists:
    """Who watched what long: all that came before a moment, as a matrix of viewers x clips."""

    def __init__(self, material: Material) -> None:
        log, shown = material.history, material.shown
        self.viewer = np.concatenate([log.viewer[log.long_view], shown.viewer])
        self.clip = np.concatenate([log.clip[log.long_view], shown.clip])
        self.long_view = np.concatenate([np.ones(int(log.long_view.sum()), bool), shown.long_view])
        self.before = int(log.long_view.sum())
        self.shape = (material.viewers, material.clips.size)

    def upto(self, row: int) -> Any:
        """Return the matrix of all long views before a showing."""
        kept = np.flatnonzero(self.long_view[: self.before + row])
        pairs = (np.ones(len(kept), np.float32), (self.viewer[kept], self.clip[kept]))
        matrix = sparse.csr_matrix(pairs, shape=self.shape)
        matrix.data[:] = 1
        return matrix


def hourly_als(material: Material, first: int, seed: int, every: int = 1, hours: int = 1) -> tuple[Array, float]:
    """Return the ranks of targets by ALS (Hu, Koren & Volinsky 2008) refitted each hour, and seconds per refit."""
    from implicit.cpu.als import AlternatingLeastSquares

    model = AlternatingLeastSquares(iterations=FULL, random_state=seed, num_threads=1, **ALS)
    lists, shown = Lists(material), material.shown
    period, spent, fits = -1, 0.0, 0

    def scores(row: int) -> Array:
        nonlocal period, spent, fits
        now = int(shown.at[row] // (3600 * hours))
        if now != period:
            began = time.perf_counter()
            model.fit(lists.upto(row), show_progress=False)
            model.iterations, period = AGAIN, now
            spent, fits = spent + time.perf_counter() - began, fits + 1
        return model.item_factors @ model.user_factors[shown.viewer[row]]

    ranks = _ranks(material, first, every, scores)
    return ranks, spent / max(fits, 1)


def daily_neighbours(material: Material, first: int, every: int = 1) -> Array:
    """Return the ranks of targets by BM25-weighted item-item neighbours, refitted at midnight."""
    from implicit.nearest_neighbours import BM25Recommender

    lists, shown = Lists(material), material.shown
    state: dict[str, Any] = {"date": 0}

    def scores(row: int) -> Array:
        if shown.date[row] != state["date"]:
            model = BM25Recommender(K=NEIGHBOURS, num_threads=1)
            matrix = lists.upto(row)
            model.fit(matrix, show_progress=False)
            state.update(date=shown.date[row], matrix=matrix, similar=model.similarity)
        found: Array = (state["matrix"][shown.viewer[row]] @ state["similar"]).toarray()[0]
        return found

    return _ranks(material, first, every, scores)


def _ranks(material: Material, first: int, every: int, scores: Any) -> Array:
    shown, found = material.shown, []
    seen = [set(clips) for clips in material.seen]
    for row in range(int(np.searchsorted(shown.date, first))):
        seen[shown.viewer[row]].add(int(shown.clip[row]))
    for day in days(shown, first):
        for row in day:
            own, clip = seen[shown.viewer[row]], int(shown.clip[row])
            if shown.long_view[row] and clip not in own and row % every == 0:
                found.append(place(np.array(scores(row), np.float64), clip, list(own)))
            own.add(clip)
    return np.array(found)


def wabbit(material: Material, first: int, history: int, held: bool = False) -> tuple[Array, float]:
    """Return Vowpal Wabbit's probability of a long view at each reported showing, before it was learned, and us;
    where it is `held`, with what it knew at midnight.

    Logistic loss, the same fields as ours, all pairs of viewer, clip, context and content; passes over `history`
    showings of before 25 April first (of which it knows no surface and hour).
    """
    from vowpalwabbit import Workspace

    model = Workspace("--quiet --loss_function logistic --link logistic -b 22 -q uc -q ux -q cx -q ut -q tx -l 0.1")
    log, clips = material.history, material.clips
    order = np.argsort(log.at, kind="stable")[len(log.at) - history :] if history else []
    for row in order:
        clip = log.clip[row]
        model.learn(_line(log.long_view[row], log.viewer[row], clip, clips, "|x l" + str(clips.length[clip])))
    fields, shown, said = showing_fields(material), material.shown, []
    began = time.perf_counter()
    for day in days(shown, 0):
        lines: list[str] = []
        for row in day:
            one = fields[row]
            context = f"|x l{one[5]} s{one[6]} h{one[7]}"
            lines.append(_line(shown.long_view[row], shown.viewer[row], shown.clip[row], clips, context))
        tested = shown.date[day.start] >= first
        if tested and held:
            said += [model.predict(line[line.index("|") :]) for line in lines]
        for line in lines:
            if tested and not held:
                said.append(model.predict(line[line.index("|") :]))
            model.learn(line)
    spent = time.perf_counter() - began
    model.finish()
    return np.array(said), 1e6 * spent / len(shown.at)


def _line(long_view: bool, viewer: int, clip: int, clips: Any, context: str) -> str:
    tags = " ".join(f"t{tag}" for tag in clips.tags[clip] if tag)
    return f"{'1' if long_view else '-1'} |u u{viewer} |c c{clip} a{clips.creator[clip]} |t {tags} {context}"
