"""Learning from each event against learning at midnight, on real short-video showings (KuaiRand), test then learn.

Each showing of 29 and 30 April 2022 is judged before it is learned. A target is a long view of a clip that the viewer
has not seen, ranked among all 7,583 clips, ties counted against us. The weights of our retrieval were fitted on 25 and
26 April and its form was chosen on 27 and 28; the peers have common settings. Peers in the same run: decayed
popularity, implicit's ALS refitted each hour, BM25 item neighbours of the day, Vowpal Wabbit for the probability of a
long view, and for watch time the medians of all clips and of the class of length. PARVIS_MATERIAL names the folder
that holds data/kuairand.

AUC within viewers (GAUC) says little of what learns at every event: what comes after a long view is judged higher, and
as a viewer has only so many long views, it is one more seldom. The viewer's own share of long views so far, which says
nothing about clips, falls far below .5 by it (`gauc_share`). Free of that is the AUC within a viewer's day, all of it
judged with what was known at midnight (`gauc_day`).
"""

import os
import time
from dataclasses import fields, replace
from typing import Any

import numpy as np

from benchmarks import kuairand_metrics as metrics
from benchmarks.kuairand_arms import Arm, Found, held, per_event, warm
from benchmarks.kuairand_data import FIRST_REPORTED, Material, Shown, load
from benchmarks.kuairand_peers import daily_neighbours, hourly_als, wabbit
from benchmarks.report import report
from parvis.recommender.ranker import FIELDS, HEADS, QUANTILES, Showings
from parvis.recommender.signals import LENGTHS

Array = np.ndarray[Any, Any]
SMALL = os.environ.get("SCALE") == "small"
EVERY = 4 if SMALL else 1  # of the targets one in so many is ranked
SEEDS = 1 if SMALL else 3
HOURS = 12 if SMALL else 1
HISTORY = 0 if SMALL else 300_000
FIRST = 20220430 if SMALL else FIRST_REPORTED
NEVER = 99_999_999  # a date
ROWS = 6000  # of the one reported day, in the small scale
MEDIAN = len(QUANTILES) // 2


def say(text: str) -> None:
    """Print at once."""
    print(f"[{time.process_time():6.0f} s] {text}", flush=True)


def ranking(name: str, ranks: Array, viewer: Array) -> float:
    """Print one row of the table of rankings; return NDCG@10."""
    gains = metrics.gains(ranks)
    low, high = metrics.interval(gains, viewer)
    say(f"{name:34s} HR@10 {(ranks < 10).mean():.4f}  NDCG@10 {gains.mean():.4f} [{low:.4f}, {high:.4f}]")
    return float(gains.mean())


def ratio(name: str, ours: Array, theirs: Array, viewer: Array) -> float:
    """Print and return how many times as much the first gains."""
    one, other = metrics.gains(ours), metrics.gains(theirs)
    low, high = metrics.interval(one, viewer, other)
    say(f"{name:34s} {one.mean() / other.mean():.3f} times [{low:.3f}, {high:.3f}]")
    return float(one.mean() / other.mean())


def rankings(material: Material) -> tuple[dict[str, float], Found, Found]:
    """Measure retrieval; return figures and what the arms said in the first seed."""
    figures: dict[str, float] = {}
    base = Arm(material)
    never, warmed = base.copy(), base
    warm(warmed, FIRST, FIRST - 1 if SMALL else 0)
    for row in range(int(np.searchsorted(material.shown.date, FIRST))):
        never.see(row)
    say("warm")
    online = per_event(warmed.copy(), FIRST, EVERY)
    say("per event done")
    daily = held(warmed, FIRST, learns=True, every=EVERY)
    frozen = held(never, FIRST, learns=False, every=EVERY)
    viewer = material.shown.viewer[online.target]
    ours = np.array(online.rank)
    say(f"{len(ours)} targets")
    figures["ndcg_at_10"] = ranking("per event", ours, viewer)
    figures["hr_at_10"] = float((ours < 10).mean())
    figures["ndcg_daily"] = ranking("the same, daily", np.array(daily.rank), viewer)
    figures["ndcg_frozen"] = ranking("the same, frozen on 24 April", np.array(frozen.rank), viewer)
    figures["ndcg_popularity"] = ranking("popularity of the last day", np.array(online.popular), viewer)
    als, seconds = hourly_als(material, FIRST, 0, EVERY, HOURS)
    figures["ndcg_hourly_als"] = ranking(f"implicit ALS, {HOURS} h ({seconds:.1f} s a fit)", als, viewer)
    figures["ndcg_bm25"] = ranking("BM25 item kNN, daily", daily_neighbours(material, FIRST, EVERY), viewer)
    figures["over_daily"] = ratio("per event over daily", ours, np.array(daily.rank), viewer)
    figures["over_frozen"] = ratio("per event over frozen", ours, np.array(frozen.rank), viewer)
    figures["over_hourly_als"] = ratio("per event over hourly ALS", ours, als, viewer)
    figures["us_per_score"] = float(np.median(online.score_us))
    figures["us_per_event"] = float(np.median(online.learn_us))
    return figures, online, daily


def seeds(material: Material, first: float) -> dict[str, float]:
    """Return the mean and the deviation of NDCG@10 over seeds of the vectors."""
    found = [first]
    for seed in range(1, SEEDS):
        arm = Arm(material, seed)
        warm(arm, FIRST, NEVER)
        ranks = np.array(per_event(arm, FIRST, 1, ranks=False).rank)
        found.append(float(metrics.gains(ranks).mean()))
        say(f"seed {seed}: NDCG@10 {found[-1]:.4f}")
    return {"ndcg_seeds_mean": float(np.mean(found)), "ndcg_seeds_deviation": float(np.std(found))}


def shares(shown: Shown) -> Array:
    """Return for each showing the share of long views among the viewer's earlier ones, as if of 6 more 2 were any."""
    order = np.argsort(shown.viewer, kind="stable")
    starts = np.flatnonzero(np.diff(shown.viewer[order], prepend=-1))
    first = np.repeat(starts, np.diff([*starts, len(order)]))
    before = np.concatenate([[0], np.cumsum(shown.long_view[order])])
    place = np.arange(len(order))
    share = np.empty(len(order))
    share[order] = (before[place] - before[first] + 2.0) / (place - first + 6.0)
    return share


def probabilities(material: Material, online: Found, daily: Found) -> dict[str, float]:
    """Measure the heads, with Vowpal Wabbit beside them."""
    shown, start = material.shown, int(np.searchsorted(material.shown.date, FIRST))
    acts, viewer = shown.acts[start:], shown.viewer[start:]
    theirs, cost = wabbit(material, FIRST, HISTORY)
    held = wabbit(material, FIRST, HISTORY, held=True)[0]
    day = viewer.astype(np.int64) * 100 + shown.date[start:] % 100
    figures: dict[str, float] = {"wabbit_us": cost}
    said = {"per event": np.array(online.probability), "daily": np.array(daily.probability)}
    arms = {"": said["per event"][:, 0], "_daily": said["daily"][:, 0], "_wabbit": theirs, "_wabbit_daily": held}
    for tail, one in arms.items():
        area, grouped = metrics.auc(one, acts[:, 0]), metrics.grouped_auc(one, acts[:, 0], viewer)
        loss, error = metrics.log_loss(one, acts[:, 0]), metrics.calibration_error(one, acts[:, 0])
        figures |= {f"auc{tail}": area, f"gauc{tail}": grouped, f"log_loss{tail}": loss}
        say(f"long view {tail:14s} AUC {area:.4f}  GAUC {grouped:.4f}  log loss {loss:.4f}  ECE {error:.4f}")
    figures["gauc_share"] = metrics.grouped_auc(shares(shown)[start:], acts[:, 0], viewer)
    for tail in ("_daily", "_wabbit_daily"):
        figures[f"gauc_day{tail.removesuffix('_daily')}"] = metrics.grouped_auc(arms[tail], acts[:, 0], day)
    say(", ".join(f"{name} {figures[name]:.4f}" for name in ("gauc_share", "gauc_day", "gauc_day_wabbit")))
    for place, head in enumerate(HEADS):
        own = said["per event"][:, place]
        error, area = metrics.calibration_error(own, acts[:, place]), metrics.auc(own, acts[:, place])
        say(f"{head:16s} happened {acts[:, place].mean():.5f}  said {own.mean():.5f}  ECE {error:.5f}  AUC {area:.3f}")
        figures[f"ece_{head.replace(' ', '_')}"] = error
    return figures


def watch_times(material: Material, online: Found) -> dict[str, float]:
    """Measure the quantiles of watch time against those of all earlier watches, and of those of like clips."""
    shown, start = material.shown, int(np.searchsorted(material.shown.date, FIRST))
    watched, length = shown.watched_s[start:], shown.length[start:]
    before, classes = shown.watched_s[:start], shown.length[:start]
    plain = np.tile(np.quantile(before, QUANTILES), (len(watched), 1))
    bucket = np.array([np.quantile(before[classes == one], QUANTILES) for one in range(LENGTHS)])[length]
    figures: dict[str, float] = {}
    for name, said in (("ours", np.array(online.watch)), ("global", plain), ("by length", bucket)):
        mae = float(np.abs(said[:, MEDIAN] - watched).mean())
        rightly = metrics.ordered(said[:, MEDIAN], watched)
        loss = np.mean([metrics.pinball(said[:, q], watched, float(quantile)) for q, quantile in enumerate(QUANTILES)])
        covered = [round(float((watched <= said[:, q]).mean()), 3) for q in range(len(QUANTILES))]
        say(f"watch time, {name:10s} MAE {mae:.3f} s  XAUC {rightly:.4f}  pinball {loss:.3f}  covered {covered}")
        key = {"ours": "watch_{}", "global": "watch_{}_median", "by length": "watch_{}_length"}[name]
        figures |= {key.format("mae_s"): mae, key.format("xauc"): rightly, key.format("pinball"): float(loss)}
    figures["xauc"] = figures.pop("watch_xauc")
    figures["watch_mae_over_median"] = figures["watch_mae_s"] / figures["watch_mae_s_length"]
    error, other = np.abs(np.array(online.watch)[:, MEDIAN] - watched), np.abs(bucket[:, MEDIAN] - watched)
    low, high = metrics.interval(error, shown.viewer[start:], other)
    say(f"MAE over that of the median by length {figures['watch_mae_over_median']:.4f} [{low:.4f}, {high:.4f}]")
    return figures


def ranker_speed(material: Material, arm: Arm) -> dict[str, float]:
    """Time 500 candidates, and one showing learned."""
    random = np.random.default_rng(0)
    rows = random.integers(0, len(material.shown.at), 500)
    values = arm.fields[rows].copy()
    values[:, FIELDS.index("viewer")] = 1
    extra = random.standard_normal((500, arm.ranker.tuning.extra)).astype(np.float32)
    showings = Showings(values, extra, np.full(500, material.shown.at[-1]))
    spent = []
    for _ in range(200):
        began = time.perf_counter()
        arm.ranker.score(showings)
        spent.append(1e6 * (time.perf_counter() - began))
    return {"us_per_500_ranked": float(np.median(spent)), "us_per_500_ranked_best": float(np.min(spent))}


def main() -> None:
    """Run and report."""
    material = load()
    if SMALL:
        shown = material.shown
        rows = slice(0, int(np.searchsorted(shown.date, FIRST)) + ROWS)
        shown = Shown(*(getattr(shown, one.name)[rows] for one in fields(shown)))
        material = replace(material, shown=shown)
    say(f"{len(material.history.clip)} showings of before, {len(material.shown.at)} from 25 to 30 April")
    figures, online, daily = rankings(material)
    figures |= probabilities(material, online, daily)
    figures |= watch_times(material, online)
    figures |= ranker_speed(material, Arm(material))
    if not SMALL:
        figures |= seeds(material, figures["ndcg_at_10"])
    bars = {"over_daily": (">=", 1.1), "over_hourly_als": (">=", 2.0), "watch_mae_over_median": ("<", 1.0)}
    report("recommender_kuairand", {name: round(value, 5) for name, value in figures.items()}, bars)


if __name__ == "__main__":
    main()
