"""Training that may run elsewhere: jobs in this process or on a Ray cluster, with the same result bit for bit.

Ray is the extra `parvis[scale]`. The cluster is a part of the cell: what is trained from goes there. Each of its nodes
has this version of Parvis installed, and what else a bit may depend on (`manifest.versions`).
"""

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from parvis.recommender import manifest
from parvis.recommender.snapshots import Array

# Sums differ in a bit with the number of threads, and a job is given one processor.
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}

Model = Mapping[str, Array]
Job = TypeVar("Job", bound=tuple[Any, ...])


class ClusterError(Exception):
    """The cluster cannot be used; the message says why."""


def each(train: Callable[..., Model], jobs: Sequence[Job], address: str = "", within_s: float = 3600.0) -> list[Model]:
    """Return what `train` makes of each job (its arguments), in order: here one after another, or, with the `address`
    of a Ray cluster (host:port), on its nodes side by side.

    ClusterError where Ray is not installed, the cluster cannot be reached, its nodes are of another code, or it takes
    longer than `within_s` in all.
    """
    if not address:
        return [train(*job) for job in jobs]
    try:
        import ray
    except ImportError as error:
        raise ClusterError("Ray is not installed: install parvis[scale]") from error
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # it reports to its makers otherwise
    try:
        ray.init(address=address, configure_logging=False, log_to_driver=False, runtime_env={"env_vars": ONE_THREAD})
        remote = ray.remote(num_cpus=1, max_retries=1)(_checked)
        given = [[ray.put(one) for one in job] for job in jobs]
        asked = [remote.remote(manifest.code_hash(), train, *job) for job in given]
        return list(ray.get(asked, timeout=within_s))
    except (ray.exceptions.RayError, ConnectionError, OSError) as error:
        raise ClusterError(f"the cluster at {address}: {str(error).strip().splitlines()[-1]}") from error
    finally:
        ray.shutdown()


def _checked(code: str, train: Callable[..., Model], *job: Any) -> Model:
    """Train on a node that has the code of whoever asks."""
    if manifest.code_hash() != code:
        raise ClusterError("a node has another version of Parvis")
    return train(*job)
