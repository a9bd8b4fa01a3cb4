"""Slates over a million clips in one process while it learns: how fast, how soon a swipe shows, how much memory.

What runs is what a web process runs: the stages of For You over the catalogue, the learner, the pools made anew every
second by a thread of their own. Another thread learns 2,000 events a second in batches of 20. Requests come at 100 a
second, due at fixed times: latency counts from when a request was due, so a stall is not hidden. A tenth of the
requests is of a viewer who acted just now: from that event to the slate that follows it. For each size of the
catalogue: the processor time of a request and of an event with nothing else running, which shows how cost grows.
"""

import gc
import os
import threading
import time
import uuid
from dataclasses import dataclass, field

import numpy as np

from benchmarks.report import report
from parvis.feed.pipelines import Feeds, Wish
from parvis.recommender.affinities import Affinities
from parvis.recommender.catalogue import Catalogue, Clip
from parvis.recommender.interface import Events, events_of
from parvis.recommender.pools import Pools
from parvis.recommender.signals import CODES
from parvis.recommender.viewers import Viewer

SMALL = os.environ.get("SCALE") == "small"
SIZES = (10_000, 100_000) if SMALL else (10_000, 100_000, 1_000_000)
SECONDS = 8.0 if SMALL else 60.0
RATE, EVENTS_A_SECOND, BATCH = 100.0, 2_000, 20
VIEWERS, WARM_EVENTS = 2_000, 60_000 if SMALL else 300_000
LANGUAGES = ("en", "fr", "de", "ja", "pt", "es", "it")
MARKETS = ("US", "FR", "DE", "JP", "BR", "ES", "IT")


@dataclass
class Square:
    """A catalogue of `clips` clips by creators of very unequal fame, with everything that makes slates of it."""

    clips: int
    seed: int = 1
    catalogue: Catalogue = field(default_factory=Catalogue)

    def __post_init__(self) -> None:
        self.random = np.random.default_rng(self.seed)
        self.now = time.time()
        self._fill()
        self.learner = Affinities(self.catalogue)
        self.pools = Pools(self.catalogue)
        self.feed = Feeds(self.catalogue, self.learner, self.pools).by_name["for-you"]
        self.viewers = [Viewer(taste=self.learner.newcomer()) for _ in range(VIEWERS)]
        self.taste_of = self.random.integers(0, len(LANGUAGES), VIEWERS)
        self._learn_history()
        self.judge()

    def _fill(self) -> None:
        random, n = self.random, self.clips
        creators = [uuid.UUID(int=int(one)) for one in random.integers(1, 2**62, max(n // 50, 100))]
        creator = random.zipf(1.3, n) % len(creators)
        language = random.integers(0, len(LANGUAGES), n)
        tags, duration = random.integers(0, 5_000, (n, 3)), random.integers(5_000, 60_000, n)
        for start in range(0, n, 20_000):
            self.catalogue.add([
                Clip(
                    id=uuid.UUID(int=(1_700_000_000_000 << 80) | one), creator=creators[creator[one]],
                    market=MARKETS[language[one]], language=LANGUAGES[language[one]],
                    tags=tuple(f"t{tag}" for tag in tags[one]), duration_ms=int(duration[one]),
                    created=self.now - 2.0 * (n - one),
                )
                for one in range(start, min(n, start + 20_000))
            ])  # fmt: skip

    def _learn_history(self) -> None:
        for _ in range(WARM_EVENTS // 1_000):
            self.learner.learn(self.events(1_000), now=self.now)
        for key, viewer in enumerate(self.viewers):
            clips = self.some_clips(40)
            watched = self.watched(clips, key)
            self.learner.observe(
                viewer.taste, events_of(key, clips, CODES["watch"], watched, 0, self.now), now=self.now
            )
            viewer.seen.add(clips)

    def some_clips(self, n: int) -> np.ndarray:
        """Clips as they are watched: a few very often, most hardly ever."""
        return ((self.random.zipf(1.2, n) * 7_919) % self.clips).astype(np.int32)

    def watched(self, clips: np.ndarray, key: int) -> np.ndarray:
        """Milliseconds watched: nearly all of a clip in the viewer's language, little of others."""
        liked = self.catalogue.language[clips] == self.taste_of[key % VIEWERS] + 1
        return self.catalogue.duration_ms[clips] * np.where(liked, 0.95, 0.2).astype(np.float32)

    def events(self, n: int) -> Events:
        """What `n` swipes of anybody tell."""
        clips, keys = self.some_clips(n), self.random.integers(0, VIEWERS, n)
        liked = self.catalogue.language[clips] == self.taste_of[keys] + 1
        watched = self.catalogue.duration_ms[clips] * np.where(liked, 0.95, 0.2).astype(np.float32)
        kinds, zeros = np.full(n, CODES["watch"], np.uint8), np.zeros(n, np.float32)
        return Events(keys.astype(np.uint64), clips, kinds, watched.astype(np.float32), zeros, np.full(n, time.time()))

    def judge(self) -> None:
        """Bring the pools up to date, as a process does every second."""
        now = time.time()
        self.pools.refresh(self.learner.merit(now), self.learner.shows, now, self.learner.interests.vectors)

    def slate(self, key: int) -> np.ndarray:
        """The next eight clips of a viewer."""
        viewer, language = self.viewers[key], int(self.taste_of[key])
        wish = Wish(
            viewer=viewer, n=8, now=time.time(), random=self.random, market=MARKETS[language],
            language=LANGUAGES[language], age=18,
        )  # fmt: skip
        clips = self.feed.run(wish).clips
        viewer.seen.add(clips)
        return clips

    def swipe(self, key: int, clip: int) -> None:
        """Learn at once that a viewer watched a clip to its end."""
        watched = float(self.catalogue.duration_ms[clip])
        events = events_of(key, [clip], CODES["watch"], watched, 0, time.time())
        self.learner.learn(events, now=time.time())
        self.learner.observe(self.viewers[key].taste, events, now=time.time())


class Busy:
    """Learns and judges in threads of their own until the end of the block."""

    def __init__(self, square: Square) -> None:
        self.square, self.learned, self._stopping = square, 0, threading.Event()
        self.batches = [square.events(BATCH) for _ in range(500)]
        self._threads = [threading.Thread(target=self._learn), threading.Thread(target=self._judge)]

    def __enter__(self) -> "Busy":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    def _learn(self) -> None:
        due = time.perf_counter()
        while not self._stopping.is_set():
            self.square.learner.learn(self.batches[self.learned // BATCH % len(self.batches)], now=time.time())
            self.learned += BATCH
            due += BATCH / EVENTS_A_SECOND
            time.sleep(max(0.0, due - time.perf_counter()))

    def _judge(self) -> None:
        while not self._stopping.wait(1.0):
            self.square.judge()


def alone(square: Square) -> tuple[float, float]:
    """Return the processor time of a slate and of an event in microseconds, with nothing else running."""
    keys = square.random.integers(0, VIEWERS, 400)
    for key in keys[:100]:
        square.slate(int(key))
    began = time.process_time()
    for key in keys:
        square.slate(int(key))
    request = (time.process_time() - began) / len(keys)
    batches = [square.events(BATCH) for _ in range(200)]
    began = time.process_time()
    for batch in batches:
        square.learner.learn(batch, now=time.time())
    return 1e6 * request, 1e6 * (time.process_time() - began) / (BATCH * len(batches))


def busy(square: Square) -> tuple[np.ndarray, np.ndarray, float]:
    """Return latencies of slates from when they were due, from a swipe to its slate, in ms; and events a second."""
    latencies, reactions = [], []
    with Busy(square) as learning:
        began = time.perf_counter()
        for number in range(int(RATE * SECONDS)):
            due = began + number / RATE
            time.sleep(max(0.0, due - time.perf_counter()))
            key = int(square.random.integers(0, VIEWERS))
            if number % 10 == 9:
                last = square.viewers[key].seen.last(1)
                at = time.perf_counter()
                square.swipe(key, int(last[0]))
                square.slate(key)
                reactions.append(time.perf_counter() - at)
            else:
                square.slate(key)
                latencies.append(time.perf_counter() - due)
        seconds = time.perf_counter() - began
    return 1e3 * np.array(latencies), 1e3 * np.array(reactions), learning.learned / seconds


def memory_mib() -> float:
    """Resident memory of this process."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGESIZE") / 2**20


def main() -> None:
    """Measure at each size; the largest one also busy."""
    figures: dict[str, float] = {}
    square = None
    for clips in SIZES:
        del square
        gc.unfreeze()
        gc.collect()
        began = time.perf_counter()
        square = Square(clips)
        gc.freeze()  # as a web process does: what is there for good is not walked through again
        request, event = alone(square)
        figures |= {f"request_us_{clips}": round(request), f"event_us_{clips}": round(event, 1)}
        print(
            f"{clips:>9,} clips, made in {time.perf_counter() - began:.0f} s: {request:.0f} us of processor a slate,"
            f" {event:.1f} us an event, {memory_mib():.0f} MiB",
            flush=True,
        )
    assert square is not None
    slates, reactions, learned = busy(square)
    figures |= {
        "clips": square.clips,
        "p50_ms": round(float(np.quantile(slates, 0.5)), 2),
        "p99_ms": round(float(np.quantile(slates, 0.99)), 2),
        "event_to_slate_ms": round(float(np.quantile(reactions, 0.99)), 2),
        "events_per_second": round(learned),
        "memory_mib": round(memory_mib()),
    }
    bars = {
        "p99_ms": ("<=", 20.0), "event_to_slate_ms": ("<=", 50.0), "memory_mib": ("<", 2048.0),
        "events_per_second": (">=", 0.95 * EVENTS_A_SECOND),
    }  # fmt: skip
    report("recommender_serve", figures, bars)


if __name__ == "__main__":
    main()
