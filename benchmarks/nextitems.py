"""What the benchmarks of next items share: the split, the models side by side, the table, the figures.

The protocol is that of the published tables, "strict": the last item of each person is the test, the one before it
the validation, and every model is fitted on what comes before both, once. Settings and the blend's weights are chosen
by the validation item alone; the test is asked once, with the validation item in the history. All items are ranked,
those of the history left out, ties against us.
"""

import os
import pickle
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from parvis.recommender.evaluate import Quality, gains, hits, interval, judge_each
from parvis.recommender.nextitem.blend import Blend, signals
from parvis.recommender.nextitem.network import Network
from parvis.recommender.nextitem.sequences import Floats, History, Model, Sequences

MATERIAL = Path(os.environ.get("PARVIS_MATERIAL", Path(__file__).resolve().parent.parent.parent / "shared"))
SMALL = os.environ.get("SCALE") == "small"
SMALL_PEOPLE = 400
SEEDS = (0,) if SMALL else (0, 1, 2)
KEEP = os.environ.get("PARVIS_BENCH_KEEP")  # a folder of one's own: networks fitted there before are taken from it
BATCH = 500
BLEND_PEOPLE = 3000
OURS, ONE_NETWORK = "ours", "blend with "


@dataclass
class Split:
    """The sequences, and what is asked of them; `names` are the file's numbers of items 0, 1, ..."""

    whole: Sequences
    names: npt.NDArray[np.int64]

    def __post_init__(self) -> None:
        self.training = self.whole.without_last(2)
        rows = self.whole.histories()
        self.validation = ([row[:-2] for row in rows], np.array([row[-2] for row in rows]))
        self.test = ([row[:-1] for row in rows], np.array([row[-1] for row in rows]))


def split(rows: list[list[int]]) -> Split:
    """Number the items from 0 and split; a quick look takes every nth person and the items these have."""
    if SMALL:
        rows = rows[:: max(1, len(rows) // SMALL_PEOPLE)]
    names = np.unique(np.concatenate(rows))
    return Split(Sequences.of([np.searchsorted(names, row) for row in rows], len(names)), names)


@dataclass
class Bench:
    """Fits models one after another and keeps what each reached on the test, and how long its fit took."""

    split: Split
    quality: dict[str, Quality] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    def fit(self, name: str, model: Model) -> Model:
        """Fit on the training part."""
        began = time.perf_counter()
        model.fit(self.split.training)
        self.seconds[name] = time.perf_counter() - began
        return model

    def networks(self, made: dict[str, Network]) -> list[Network]:
        """Fit several networks, as many at once as there are cores, each on one."""
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
        with ProcessPoolExecutor(max_workers=cores) as pool:
            done = list(pool.map(fitted, made.values(), [self.split.training] * len(made)))
        for name, (_, seconds) in zip(made, done, strict=True):
            self.seconds[name] = seconds
        return [network for network, _ in done]

    def judge(self, name: str, score: Callable[[Sequence[History]], Floats]) -> None:
        """Ask the test, and print a line of the table."""
        self.judge_each({name: score})

    def judge_each(self, scorers: dict[str, Callable[[Sequence[History]], Floats]]) -> None:
        """Ask the test of several, batch by batch, and print their lines."""
        for name, quality in judge_each(scorers, *self.split.test, batch=BATCH).items():
            self.quality[name] = quality
            self._print(name, quality)

    def _print(self, name: str, quality: Quality) -> None:
        hit, gain = hits(quality.ranks, 10), gains(quality.ranks, 10)
        bounds = " ".join(f"{low:.4f}-{high:.4f}" for low, high in (interval(hit), interval(gain)))
        seconds = f"{self.seconds[name]:7.1f}" if name in self.seconds else "      -"
        line = f"{name:34} {hit.mean():.4f} {gain.mean():.4f}  {bounds}  {quality.coverage:.3f} {seconds}"
        print(line, flush=True)

    def header(self) -> None:
        """Print what the columns are."""
        people, items = len(self.split.whole), self.split.whole.room
        print(f"{people} people, {items} items, {len(self.split.whole.items)} events")
        print(f"{'':34} HR@10  NDCG@10 95 % of each                  cover   fit s", flush=True)


def fitted(network: Network, training: Sequences) -> tuple[Network, float]:
    """Fit one network; with the seconds it took."""
    kinds = 0 if network.kinds is None else network.kinds.shape[1]
    settings = f"{training.room}-{len(training.items)}-{network.width}-{network.state}-{network.hidden}-{kinds}"
    settings += f"-{network.dropout}-{network.epochs}-{network.rate}-{network.events}-{network.seed}"
    kept = Path(KEEP) / f"{settings}.pickle" if KEEP else None
    if kept and kept.exists():
        found: tuple[Network, float] = pickle.loads(kept.read_bytes())
        return found
    began = time.perf_counter()
    network.fit(training)
    done = network, time.perf_counter() - began
    if kept:
        kept.write_bytes(pickle.dumps(done))
    return done


class Mean:
    """Several networks as one: the mean of their log-probabilities."""

    def __init__(self, networks: Sequence[Network]) -> None:
        self.networks = networks

    def fit(self, sequences: Sequences) -> None:
        """Fit each."""
        for network in self.networks:
            network.fit(sequences)

    def score(self, histories: Sequence[History]) -> Floats:
        """Return the mean of the scores, each softmax-normalised; shape [histories, items]."""
        total = np.zeros((len(histories), self.networks[0].room), np.float32)
        for network in self.networks:
            scores = network.score(histories)
            scores -= scores.max(axis=1, keepdims=True)
            total += scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
        return total / len(self.networks)


class Signals:
    """What each model says of a list of histories; the last list is remembered, so that blends share the work."""

    def __init__(self, models: dict[str, Model]) -> None:
        self.models = models
        self._last: Sequence[History] | None = None

    def of(self, histories: Sequence[History], names: Sequence[str]) -> Floats:
        """Return the signals of the models of these names, as `blend.signals` stacks them."""
        if self._last is not histories:
            self._last = histories
            self._kept = {name: signals([model.score(histories)], histories) for name, model in self.models.items()}
        return np.concatenate([self._kept[name] for name in names])


def judge_blends(bench: Bench, models: dict[str, Model], recipes: dict[str, list[str]]) -> None:
    """Fit a blend for each recipe (a list of models) on the validation, and judge all of them on the test.

    The weights are a handful of numbers: at most BLEND_PEOPLE validation items, evenly spread, decide on them.
    """
    said = Signals(models)
    histories, targets = bench.split.validation
    few = slice(None, None, max(1, len(histories) // BLEND_PEOPLE))
    some = histories[few]

    def scorer(names: list[str]) -> Callable[[Sequence[History]], Floats]:
        blend = Blend.of(len(names))
        blend.fit(said.of(some, names), some, targets[few])
        pairs = blend.weights.reshape(-1, 2).round(2)
        told = ", ".join(f"{name} {score}/{place}" for name, (score, place) in zip(names, pairs, strict=True))
        print(f"  weights (score/place): {told}", flush=True)
        return lambda histories: blend.score(said.of(histories, names))

    scorers = {name: scorer(names) for name, names in recipes.items()}
    bench.judge_each(scorers)


def finish(bench: Bench, counted: dict[str, Model], networks: dict[str, Network]) -> None:
    """Judge the networks, and the blends: of the counts, with one network for each seed, with all of them (ours)."""
    for name, network in networks.items():
        bench.judge(name, network.score)
    models: dict[str, Model] = {**counted, **networks, "networks": Mean(list(networks.values()))}
    recipes = {"blend of counts": list(counted)}
    recipes |= {f"{ONE_NETWORK}{name}": [*counted, name] for name in networks}
    judge_blends(bench, models, recipes | {OURS: [*counted, "networks"]})


def figures(bench: Bench, own: Sequence[str]) -> dict[str, float]:
    """Return ours, the mean and the least over the seeds, the others, and what the fit of `own` took together."""
    found = bench.quality[OURS].figures()
    by_seed = [name for name in bench.quality if name.startswith(ONE_NETWORK)]
    for short, metric in (("hr_at_10", hits), ("ndcg_at_10", gains)):
        means = [float(metric(bench.quality[name].ranks, 10).mean()) for name in by_seed]
        found[f"{short}_one_network_mean"] = round(float(np.mean(means)), 4)
        found[f"{short}_one_network_least"] = round(min(means), 4)
    for name, quality in bench.quality.items():
        if name != OURS and name not in by_seed:
            word = name.lower().replace(",", "").replace(" ", "_")
            found[f"{word}_hr_at_10"] = round(float(hits(quality.ranks, 10).mean()), 4)
            found[f"{word}_ndcg_at_10"] = round(float(gains(quality.ranks, 10).mean()), 4)
    found["fit_seconds"] = round(sum(bench.seconds[name] for name in own), 1)
    return found
