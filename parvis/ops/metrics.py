"""Metrics in Prometheus' text format: of all processes on this machine that share PARVIS_DATA, in one answer.

Each process writes its numbers into files of its own (prometheus_client's multiprocess mode); whichever process is
asked reads them all. What the database knows (queues, workers, subscribers) is asked when Prometheus asks.
"""

import os
import threading
import time
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from django.db import connection
from prometheus_client import CollectorRegistry, Gauge, Histogram, generate_latest, multiprocess
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from parvis.kit.measures import lives, taken

FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # see project/numbers.py
COLLECT_S = 1.0
QUICK = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
SLOW = (0.01, 0.05, 0.25, 1, 2.5, 5, 10, 30, 60, 300)

REGISTRY = CollectorRegistry()


class Seconds(Histogram):
    """A histogram that takes many observations at once: one by one they cost more than the slates that they time."""

    def observe_all(self, seconds: Sequence[float]) -> None:
        """Observe each of them."""
        self._sum.inc(sum(seconds))
        for bucket, number in Counter(bisect_left(self._upper_bounds, each) for each in seconds).items():
            self._buckets[bucket].inc(number)


HISTOGRAMS = {
    "request": Seconds(
        "parvis_request_seconds", "Requests by address pattern, never by address.", ["method", "route", "status"],
        buckets=QUICK, registry=REGISTRY,
    ),
    "store": Seconds(
        "parvis_store_seconds", "Group commits of slates and watches.", buckets=QUICK, registry=REGISTRY
    ),
    "work": Seconds(
        "parvis_work_seconds", "Units of slow work, by reconciler.", ["reconciler"], buckets=SLOW, registry=REGISTRY
    ),
}  # fmt: skip
POOL = Gauge(
    "parvis_database_pool", "Connections of the processes' pools, and requests that wait for one.", ["state"],
    multiprocess_mode="livesum", registry=REGISTRY,
)  # fmt: skip
QUEUES = """
select 'clips', processing, count(*) from clips_clip where publication <> 'deleted' and processing <> 'ready' group by 2
union all select 'uploads', state, count(*) from clips_upload where state = 'open' group by 2
union all select 'letters', 'due', count(*) from accounts_emailcode where send_at <= now()
union all select 'webhooks', 'due', count(*) from webhooks_delivery where due_at <= now()
union all select 'webhooks', 'paused', count(*) from webhooks_endpoint where paused_at is not null
union all select 'subscriber failures', subscriber, failures from events_cursor
union all select 'workers', 'alive', count(*) from events_worker where seen_at > now() - interval '15 seconds'
"""
OLDEST = """
select coalesce(extract(epoch from now() - min(received_at)), 0)::float8 from clips_clip
where processing = 'received' and publication <> 'deleted'
"""


class FromRows(Collector):
    """What the database knows, asked at a scrape."""

    def collect(self) -> Iterator[Metric]:
        """Yield the length of every queue, and how long the first clip has waited."""
        queues = GaugeMetricFamily("parvis_queue", "Rows that wait, by queue and state.", labels=["queue", "state"])
        oldest = GaugeMetricFamily("parvis_clip_waiting_seconds", "How long the oldest received clip has waited.")
        with connection.cursor() as cursor:
            cursor.execute(QUEUES)
            for queue, state, number in cursor.fetchall():
                queues.add_metric([queue, state], number)
            cursor.execute(OLDEST)
            oldest.add_metric([], cursor.fetchone()[0])
        yield from (queues, oldest)


def collect() -> None:
    """Count what this process noted since the last time."""
    noted: defaultdict[tuple[str, tuple[str, ...]], list[float]] = defaultdict(list)
    for name, labels, seconds in taken():
        noted[name, labels].append(seconds)
    for (name, labels), each in noted.items():
        histogram = HISTOGRAMS[name]
        (histogram.labels(*labels) if labels else histogram).observe_all(each)
    for state, number in _pool().items():
        POOL.labels(state).set(number)


def _pool() -> dict[str, int]:
    pool = getattr(connection, "pool", None)
    told = pool.get_stats() if pool is not None else {}
    names = {"open": "pool_size", "idle": "pool_available", "waiting": "requests_waiting"}
    return {state: told.get(name, 0) for state, name in names.items()}


def start_collecting() -> None:
    """Collect each second, in a thread of its own, until the process ends."""

    def run() -> None:
        while True:
            time.sleep(COLLECT_S)
            collect()

    threading.Thread(target=run, name="metrics", daemon=True).start()


def text() -> bytes:
    """Return all metrics: of this process alone where no folder was chosen (a test)."""
    collect()
    folder = os.environ.get(FOLDER)
    registry = CollectorRegistry()
    registry.register(FromRows())
    if folder is None:
        return generate_latest(REGISTRY) + generate_latest(registry)
    for file in Path(folder).glob("gauge_live*.db"):
        if not lives(file):
            file.unlink(missing_ok=True)
    multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)
