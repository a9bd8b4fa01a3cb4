"""Training on a cluster gives what one process gives, bit for bit. Ray is an extra: `make scale` installs it."""

import multiprocessing
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import numpy as np
import pytest

from parvis.recommender import cluster
from parvis.recommender.catalogue import Catalogue
from parvis.recommender.cluster import ClusterError, each
from parvis.recommender.encoder.model import Training, train
from parvis.recommender.encoder.rows import rows
from parvis.recommender.interface import Events, events_of, joined
from parvis.recommender.manifest import arrays_hash
from parvis.recommender.tests.world import NOW, clips

N = 60


def jobs() -> list[tuple[Any, ...]]:
    """An ensemble of two networks for each of two markets."""
    catalogue = Catalogue()
    catalogue.add(clips(N))
    found = []
    for market in (0, 1):  # clips of even and odd numbers
        mine: Events = joined([
            events_of(key, (2 * (key + 3 * np.arange(10)) + market) % N, 0, 40_000.0, 0, NOW + np.arange(10))
            for key in range(1, 30)
        ])  # fmt: skip
        found += [(dict(rows(catalogue, mine)), seed, Training(epochs=2)) for seed in (1, 2)]
    return found


def test_in_one_process_each_job_is_done_in_order() -> None:
    assert each(lambda a, b: {"sum": np.array(a + b)}, [(1, 2), (3, 4)]) == [{"sum": 3}, {"sum": 7}]


def test_processes_of_their_own_train_the_same_networks_bit_for_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in cluster.ONE_THREAD.items():
        monkeypatch.setenv(name, value)
    given = jobs()[:2]
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
        there = list(pool.map(train, *zip(*given, strict=True)))
        here = list(pool.map(each, [train, train], [given[1:], given[:1]]))
    assert [arrays_hash(one) for one in there] == [arrays_hash(one) for (one,) in reversed(here)]
    assert len({arrays_hash(one) for one in there}) == 2


def test_without_ray_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "ray", None)
    with pytest.raises(ClusterError, match=r"install parvis\[scale\]"):
        each(train, jobs()[:1], "localhost:1")


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A cluster of two nodes of one processor each, on this machine."""
    pytest.importorskip("ray", reason="Ray is not installed: `make scale` installs it and runs this")
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    from ray.cluster_utils import Cluster

    of = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "object_store_memory": 80 << 20})
    of.add_node(num_cpus=1, object_store_memory=80 << 20)
    yield of.address
    of.shutdown()


@pytest.mark.filterwarnings("default")
def test_a_cluster_of_two_nodes_trains_the_same_networks_bit_for_bit(address: str) -> None:
    here, there = each(train, jobs()), each(train, jobs(), address, 300.0)
    hashes = [arrays_hash(one) for one in here]
    assert [arrays_hash(one) for one in there] == hashes
    assert len(set(hashes)) == 4


@pytest.mark.filterwarnings("default")
def test_a_node_of_another_code_or_none_in_time_is_an_error(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ClusterError):
        each(train, jobs()[:1], address, 0.0)
    monkeypatch.setattr(cluster.manifest, "code_hash", lambda: "another")
    with pytest.raises(ClusterError, match="another version"):
        each(train, jobs()[:1], address, 300.0)
