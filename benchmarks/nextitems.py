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

from parvis.recommender.evaluate import Quality, gains, hits, interval, judge
from parvis.recommender.nextitem.blend import Blend
from parvis.recommender.nextitem.network import Network
from parvis.recommender.nextitem.sequences import Floats, History, Model, Sequences

MATERIAL = Path(os.environ.get("PARVIS_MATERIAL", Path(__file__).resolve().parent.parent.parent / "shared"))
SMALL = os.environ.get("SCALE") == "small"
SMALL_PEOPLE = 400
SEEDS = (0,) if SMALL else (0, 1, 2)
KEEP = os.environ.get("PARVIS_BENCH_KEEP")  # a folder of one's own: networks fitted there before are taken from it
BATCH = 500


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
        quality = self.quality[name] = judge(score, *self.split.test, batch=BATCH)
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


class Blended:
    """Fitted models and the weights that the validation gave them."""

    def __init__(self, models: dict[str, Model], held_out: Split) -> None:
        self.models, self.blend = list(models.values()), Blend.of(len(models))
        histories, targets = held_out.validation
        scores = [_all(model, histories) for model in self.models]
        self.blend.fit(scores, histories, targets)
        pairs = self.blend.weights.reshape(-1, 2).round(2)
        told = ", ".join(f"{name} {score}/{place}" for name, (score, place) in zip(models, pairs, strict=True))
        print(f"  weights (score/place): {told}", flush=True)

    def score(self, histories: Sequence[History]) -> Floats:
        """Return the blend of all models' scores, shape [histories, items]."""
        return self.blend.score([model.score(histories) for model in self.models], histories)


def _all(model: Model, histories: Sequence[History]) -> Floats:
    return np.concatenate([model.score(histories[at : at + BATCH]) for at in range(0, len(histories), BATCH)])


def figures(bench: Bench, ours: str, by_seed: Sequence[str], own: Sequence[str]) -> dict[str, float]:
    """Return the figures of `ours`, the mean over the seeds, the others' figures, and what the fit of ours took."""
    found = bench.quality[ours].figures()
    for short, metric in (("hr_at_10", hits), ("ndcg_at_10", gains)):
        means = [float(metric(bench.quality[name].ranks, 10).mean()) for name in by_seed]
        found[f"{short}_one_network_mean"] = round(float(np.mean(means)), 4)
        found[f"{short}_one_network_least"] = round(min(means), 4)
    for name, quality in bench.quality.items():
        if name != ours and name not in by_seed:
            word = "".join(letter if letter.isalnum() else "_" for letter in name.lower())
            found[f"{word}_hr_at_10"] = round(float(hits(quality.ranks, 10).mean()), 4)
            found[f"{word}_ndcg_at_10"] = round(float(gains(quality.ranks, 10).mean()), 4)
    found["fit_seconds"] = round(sum(bench.seconds[name] for name in own), 1)
    return found
