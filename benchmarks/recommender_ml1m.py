"""The next item of MovieLens-1M (the file of SASRec): leave-one-out, full ranking, fitted without the last two items.

On the same file the published tables have SASRec .2500/.1341 (HR@10/NDCG@10), BERT4Rec .2843/.1537, gSASRec
.3003/.1726, SASRec+ with 3,000 negatives .3159/.1857: networks trained in PyTorch. Ours are counts and a small network
in NumPy. The data is GroupLens's and is not part of this repository.
"""

import sys

import numpy as np

from benchmarks import peers
from benchmarks.nextitems import MATERIAL, SEEDS, SMALL, Bench, figures, finish, split
from benchmarks.report import report
from parvis.recommender.nextitem.followers import Followers
from parvis.recommender.nextitem.neighbours import Neighbours
from parvis.recommender.nextitem.network import Network
from parvis.recommender.nextitem.ridge import Ridge
from parvis.recommender.nextitem.sequences import Model

BARS = {"hr_at_10": (">=", 0.300), "ndcg_at_10": (">=", 0.180)}


def rows() -> list[list[int]]:
    """Return one list of items per person, oldest first."""
    path = MATERIAL / "data" / "ml-1m" / "ml-1m.txt"
    if not path.exists():
        sys.exit(f"{path} is not there; PARVIS_MATERIAL names the folder that holds data/ml-1m")
    people, items = np.loadtxt(path, dtype=np.int64).T
    heads = np.flatnonzero(np.diff(people)) + 1
    return [row.tolist() for row in np.split(items, heads)]


def main() -> None:
    """Run and report."""
    bench = Bench(split(rows()))
    bench.header()
    room = bench.split.whole.room
    peers.measure(bench, factors=128, penalty=300.0, alpha=1.0)
    counted: dict[str, Model] = {
        "followers": Followers(room),
        "later neighbours": Neighbours(room, after=True),
        "ridge": Ridge(room, (0.6, 0.93)),
    }
    for name, model in counted.items():
        bench.judge(name, bench.fit(name, model).score)
    epochs = 2 if SMALL else 14
    made = {f"network, seed {seed}": Network(room, seed=seed, epochs=epochs) for seed in SEEDS}
    networks = dict(zip(made, bench.networks(made), strict=True))
    finish(bench, counted, networks)
    report("recommender_ml1m", figures(bench, [*counted, *networks]), BARS)


if __name__ == "__main__":
    main()
