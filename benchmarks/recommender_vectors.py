"""Search among clip vectors of 64 dimensions: our inverted file beside a plain scan in NumPy, and faiss if installed.

The vectors are made up: unit vectors about centres of very different sizes (one centre for about a hundred clips), and
the queries are other vectors about the same centres: the large subjects have no structure inside, which is hard on any
inverted file. Each size is built, searched for the hundred nearest with the usual number of probes and with 16, saved,
opened and added to, with float32 and with int8 rows; recall is against the plain scan. faiss has as many lists and
probes. The memory of an opened index is measured in a process that has only that: what it holds for itself and what
is shared with others that opened the same file. On one core, unless OPENBLAS_NUM_THREADS says otherwise; the bar of the
build is on processor time, which on a busy machine is what one core alone would take.
"""

import gc
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

from benchmarks.report import report
from parvis.recommender.vectors.index import PROBES, VectorIndex
from parvis.recommender.vectors.kmeans import lists_for

try:
    import faiss
except ImportError:
    faiss = None

SMALL = os.environ.get("SCALE") == "small"
SIZES = {"10k": 10_000, "100k": 100_000} if SMALL else {"10k": 10_000, "100k": 100_000, "1m": 1_000_000}
LARGEST = list(SIZES)[-1]
QUERIES = 200 if SMALL else 500
SCANS = 200
MOST, FEW, DIMENSIONS, SPREAD = 100, 16, 64, 0.08
CLIPS_EACH = 100
BARS = {
    f"search_p50_ms_{LARGEST}": ("<", 2.0),
    f"recall_{LARGEST}": (">=", 0.95),
    f"int8_recall_{LARGEST}": (">=", 0.93),
    f"few_search_p50_ms_{LARGEST}": ("<", 2.0),
    f"int8_search_p50_ms_{LARGEST}": ("<", 2.0),
    f"build_cpu_s_{LARGEST}": ("<", 60.0),
    f"open_ms_{LARGEST}": ("<", 50.0),
    f"add_us_{LARGEST}": ("<", 100.0),
}
Array = np.ndarray[Any, Any]


def made_up(size: int, random: np.random.Generator) -> tuple[Array, Array]:
    """Return clip vectors [size, 64] and queries."""
    centres = random.standard_normal((max(size // CLIPS_EACH, 8), DIMENSIONS), dtype=np.float32)
    centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    share = random.pareto(1.5, len(centres)) + 0.2  # few centres have many clips, as few subjects do

    def about(n: int) -> Array:
        which = random.choice(len(centres), n, p=share / share.sum())
        vectors = centres[which] + np.float32(SPREAD) * random.standard_normal((n, DIMENSIONS), dtype=np.float32)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    return about(size), about(QUERIES)


def times(act: Callable[[Any], object], things: Any) -> tuple[list[float], list[Any]]:
    """Do it to each thing; return seconds of each, and what came out."""
    spent, results = [], []
    for thing in things:
        began = time.perf_counter()
        result = act(thing)
        spent.append(time.perf_counter() - began)
        results.append(result)
    return spent, results


def quantiles(name: str, size: str, spent: list[float]) -> dict[str, float]:
    """Return p50 and p99 in milliseconds."""
    return {
        f"{name}_p50_ms_{size}": round(1e3 * statistics.median(spent), 3),
        f"{name}_p99_ms_{size}": round(1e3 * float(np.quantile(spent, 0.99)), 3),
    }


def recall(found: list[Any], truth: list[Array]) -> float:
    """Return the share of the true nearest that was found, mean over queries."""
    pairs = zip(found, truth, strict=False)
    return round(float(np.mean([np.isin(ids, true).mean() for ids, true in pairs])), 4)


def scanned(vectors: Array, size: str, queries: Array) -> tuple[dict[str, float], list[Array]]:
    """Return the figures of a plain scan, and the true nearest of each query."""

    def scan(query: Array) -> Array:
        scores = vectors @ query
        return np.argpartition(scores, len(scores) - MOST)[-MOST:]

    spent, truth = times(scan, queries if len(vectors) <= 100_000 else queries[:SCANS])
    return quantiles("scan", size, spent), truth


def ours(vectors: Array, size: str, queries: Array, truth: list[Array], *, quantised: bool) -> dict[str, float]:
    """Return the figures of our index."""
    prefix = "int8_" if quantised else ""
    began, used = time.perf_counter(), time.process_time()
    index = VectorIndex.build(vectors, seed=1, quantised=quantised)
    figures = {
        f"{prefix}build_s_{size}": round(time.perf_counter() - began, 3),
        f"{prefix}build_cpu_s_{size}": round(time.process_time() - used, 3),
        f"{prefix}lists_{size}": index.lists,
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "index"
        began = time.perf_counter()
        index.save(path)
        figures[f"{prefix}save_s_{size}"] = round(time.perf_counter() - began, 3)
        figures[f"{prefix}file_mb_{size}"] = round(path.stat().st_size / 1e6, 1)
        del index
        gc.collect()
        spent, opened = times(lambda _: VectorIndex.open(path), range(9))
        figures[f"{prefix}open_ms_{size}"] = round(1e3 * statistics.median(spent), 3)
        command = [sys.executable, "-m", "benchmarks.recommender_vectors", str(path)]
        memory = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        figures |= {f"{prefix}{name}_{size}": value for name, value in memory.items()}
        index = opened[-1]
        del opened
        index.exact(queries[0], MOST)  # each list is checked when it is first read
        spent, found = times(lambda query: index.search(query, MOST, PROBES).ids, queries)
        figures |= quantiles(f"{prefix}search", size, spent)
        figures[f"{prefix}recall_{size}"] = recall(found, truth)
        spent, found = times(lambda query: index.search(query, MOST, FEW).ids, queries)
        figures |= quantiles(f"{prefix}few_search", size, spent)
        figures[f"{prefix}few_recall_{size}"] = recall(found, truth)
        figures[f"{prefix}add_us_{size}"] = added(index, queries)
        spent, _ = times(lambda query: index.search(query, MOST, PROBES).ids, queries)
        figures |= quantiles(f"{prefix}search_after_adds", size, spent)
    return figures


def added(index: VectorIndex, vectors: Array) -> float:
    """Return the microseconds of adding one clip, the median; and see that each is found."""
    first = len(index)
    spent, _ = times(lambda row: index.add(np.array([first + row]), vectors[row : row + 1]), range(len(vectors)))
    for row in range(20):
        if index.search(vectors[row], 1).ids[0] != first + row:
            raise RuntimeError("a clip that was added is not found")
    return round(1e6 * statistics.median(spent), 1)


def memory_of(path: Path) -> dict[str, float]:
    """Return what an opened index adds to this process after all of it was read: private and shared megabytes."""

    def now() -> tuple[float, float]:
        rows = [line.split() for line in Path("/proc/self/smaps_rollup").read_text().splitlines()]
        sizes = {row[0]: int(row[1]) / 1e3 for row in rows if len(row) > 2 and row[1].isdigit()}
        # What is mapped from a file and not written is dropped without loss and is the same for all who map it.
        return sizes["Anonymous:"], sizes["Rss:"] - sizes["Anonymous:"]

    before = now()
    index = VectorIndex.open(path, whole=True)
    index.search(np.ones(DIMENSIONS, np.float32), MOST)
    gc.collect()
    after = now()
    return {"private_mb": round(after[0] - before[0], 1), "shared_mb": round(after[1] - before[1], 1)}


def of_faiss(vectors: Array, size: str, queries: Array, truth: list[Array]) -> dict[str, float]:
    """Return the figures of faiss: the same number of lists and probes, one thread."""
    faiss.omp_set_num_threads(1)
    lists = lists_for(len(vectors))
    figures: dict[str, float] = {}
    for name, kind in (("faiss", f"IVF{lists},Flat"), ("faiss_int8", f"IVF{lists},SQ8")):
        index = faiss.index_factory(DIMENSIONS, kind, faiss.METRIC_INNER_PRODUCT)
        began = time.perf_counter()
        index.train(vectors)
        index.add(vectors)
        figures[f"{name}_build_s_{size}"] = round(time.perf_counter() - began, 3)
        index.nprobe = PROBES
        spent, found = times(lambda query: index.search(query[None], MOST)[1][0], queries)  # noqa: B023 - called at once
        figures |= quantiles(f"{name}_search", size, spent)
        figures[f"{name}_recall_{size}"] = recall(found, truth)
        spent, _ = times(lambda row: index.add(queries[row : row + 1]), range(len(queries)))  # noqa: B023 - called at once
        figures[f"{name}_add_us_{size}"] = round(1e6 * statistics.median(spent), 1)
    return figures


def main() -> None:
    """Run and report."""
    figures: dict[str, float] = {}
    for size, n in SIZES.items():
        vectors, queries = made_up(n, np.random.default_rng(7))
        plain, truth = scanned(vectors, size, queries)
        found = plain | ours(vectors, size, queries, truth, quantised=False)
        found |= ours(vectors, size, queries, truth, quantised=True)
        if faiss is not None:
            found |= of_faiss(vectors, size, queries, truth)
        for name, value in found.items():
            print(f"{name:40} {value}", flush=True)
        figures |= found
    figures["peak_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3)
    report("recommender_vectors", figures, BARS)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(memory_of(Path(sys.argv[1]))))
    else:
        main()
