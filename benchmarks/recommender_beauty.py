"""The next item of Amazon Beauty (the 5-core file of S3Rec): leave-one-out, full ranking, fitted without the last two.

On the same file the published tables have (R@10/N@10; with one target recall is the hit rate) SASRec .0605/.0318, S3Rec
.0647/.0327, TIGER .0648/.0384, ActionPiece .0775/.0424, HSTU .0788/.0439, SASRec with sampled softmax .0921/.0531,
eSASRec .0928/.0523. Amazon's times are days: what was bought on one day stands in the order of the file, for every
method alike. The data is not part of this repository.
"""

import json
import sys

import numpy as np
import scipy.sparse

from benchmarks import peers
from benchmarks.nextitems import MATERIAL, SEEDS, SMALL, Bench, figures, finish, split
from benchmarks.report import report
from parvis.recommender.nextitem.followers import Followers
from parvis.recommender.nextitem.neighbours import Neighbours
from parvis.recommender.nextitem.network import Network
from parvis.recommender.nextitem.sequences import Model

BARS = {"hr_at_10": (">=", 0.095), "ndcg_at_10": (">=", 0.056)}


def rows() -> list[list[int]]:
    """Return one list of items per person, oldest first."""
    path = MATERIAL / "data" / "beauty" / "Beauty.txt"
    if not path.exists():
        sys.exit(f"{path} is not there; PARVIS_MATERIAL names the folder that holds data/beauty")
    lines = path.read_text(encoding="ascii").splitlines()
    return [[int(item) for item in line.split()[1:]] for line in lines]


def kinds(names: list[int]) -> scipy.sparse.csr_array:
    """Return each item's brand and categories as a sparse table whose rows sum to 1 (0 where none is known)."""
    attributes = json.loads((MATERIAL / "data" / "beauty" / "Beauty_item2attributes.json").read_text())
    pairs = [(row, kind) for row, name in enumerate(names) for kind in attributes.get(str(name), [])]
    at, of = np.array(pairs).T
    table = scipy.sparse.csr_array((np.ones(len(at)), (at, of)), shape=(len(names), of.max() + 1))
    return scipy.sparse.csr_array(scipy.sparse.diags_array(1.0 / np.maximum(table.sum(axis=1), 1.0)) @ table)


def main() -> None:
    """Run and report."""
    bench = Bench(split(rows()))
    bench.header()
    room = bench.split.whole.room
    peers.measure(bench, factors=128, penalty=100.0, alpha=10.0)
    table = kinds(bench.split.names.tolist())
    counted: dict[str, Model] = {
        "followers": Followers(room, decay=0.7, fade=0.7, row=0.5, column=0.0),
        "followers of kinds": Followers(room, decay=0.7, fade=0.7, row=1.0, column=0.5, kinds=table),
        "later neighbours": Neighbours(room, after=True),
    }
    for name, model in counted.items():
        bench.judge(name, bench.fit(name, model).score)
    epochs = 2 if SMALL else 12
    made = {
        f"network, seed {seed}": Network(room, seed=seed, epochs=epochs, dropout=0.4, events=1000, kinds=table)
        for seed in SEEDS
    }
    networks = dict(zip(made, bench.networks(made), strict=True))
    finish(bench, counted, networks)
    report("recommender_beauty", figures(bench, [*counted, *networks]), BARS)


if __name__ == "__main__":
    main()
