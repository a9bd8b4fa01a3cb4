"""Watches stored per second through HTTP and answered after the commit; and what is left of them after kill -9.

Reports of 25 events, as a page sends them when it was offline for a little or goes away. Then the web server and the
database are killed with signal 9 in the middle of the load, again and again; every event whose report was answered
with 200 must be in the table afterwards, once.
"""

import os
import random
import statistics
import tempfile
import threading
import time
from collections import deque
from pathlib import Path

import orjson
import psycopg

from benchmarks.load import run
from benchmarks.report import report
from benchmarks.square import Square
from parvis.kit.clock import ms
from parvis.kit.ids import uuid7

SMALL = os.environ.get("SCALE") == "small"
CLIPS, PEOPLE = (5_000, 200) if SMALL else (20_000, 1_000)
ROUNDS, ROUND_S = (2, 3.0) if SMALL else (5, 8.0)
KILLS = 2 if SMALL else 6
CONNECTIONS, EVENTS = 32, 25
READY_S = 400  # reports made ahead for each second of a round


class Reports:
    """Reports of all people in turns. `told` are the ids of the events whose report was answered with 200."""

    def __init__(self, square: Square) -> None:
        host = f"localhost:{square.port}"
        with psycopg.connect(square.cluster.url) as connection:
            rows = connection.execute("select id from clips_clip where title <> 'On old stones' limit 2000").fetchall()
        self.clips = [str(clip) for (clip,) in rows]
        self.heads = [
            f"POST /feed/watches HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\n"
            f"Cookie: {square.cookie(number)}\r\nContent-Type: text/plain\r\nContent-Length: "
            for number in range(len(square.viewers))
        ]
        self.sent: list[list[str]] = []
        self.told: list[str] = []
        self.ready: deque[tuple[int, bytes]] = deque()
        self.random = random.Random(1)

    def make(self, count: int) -> None:
        """Make reports ahead, so that making them takes nothing from the server while it is timed."""
        self.ready += [self._one(len(self.sent)) for _ in range(count)]

    def next(self, _connection: int) -> tuple[int, bytes]:
        """Return the next report."""
        return self.ready.popleft() if self.ready else self._one(len(self.sent))

    def _one(self, number: int) -> tuple[int, bytes]:
        ids = [str(uuid7()) for _ in range(EVENTS)]
        self.sent.append(ids)
        clips, at = self.random.sample(self.clips, EVENTS), ms()
        events = [
            {"id": one, "slate": ids[0], "position": place, "clip": clip, "kind": "watch" if place % 3 else "skip",
             "watched_ms": 400 * (place + 1), "loops": 0, "at_ms": at}
            for place, (one, clip) in enumerate(zip(ids, clips, strict=True))
        ]  # fmt: skip
        body = orjson.dumps({"events": events})
        return number, f"{self.heads[number % len(self.heads)]}{len(body)}\r\n\r\n".encode() + body

    def done(self, number: int, head: bytes, body: bytes) -> None:
        """Note what was answered."""
        if head.startswith(b"HTTP/1.1 200"):
            self.told += self.sent[number]


def speed(square: Square, reports: Reports) -> list[float]:
    """Return events per second of each round."""
    run(square.port, 5.0, CONNECTIONS, reports.next, reports.done)
    found = []
    for number in range(ROUNDS):
        reports.make(int(READY_S * ROUND_S))
        result = run(square.port, ROUND_S, CONNECTIONS, reports.next, reports.done)
        if set(result.statuses) != {200}:
            raise RuntimeError(f"not all reports were taken: {result.statuses}")
        found.append(EVENTS * result.per_second)
        print(f"round {number + 1}: {found[-1]:.0f} events/s, p99 {result.quantile_ms(0.99):.0f} ms", flush=True)
    return found


def survive(square: Square, reports: Reports) -> None:
    """Kill the web server or the database in the middle of the load, KILLS times."""
    for number in range(KILLS):
        load = threading.Thread(target=run, args=(square.port, 3.0, CONNECTIONS, reports.next, reports.done))
        load.start()
        time.sleep(1.0 + 0.7 * reports.random.random())
        if number % 2:
            square.kill_database()
            load.join()
        else:
            square.kill_server()
            load.join()
            square.serve()
        print(f"kill {number + 1} of the {'database' if number % 2 else 'web server'}", flush=True)


def lost(square: Square, reports: Reports) -> tuple[int, int]:
    """Return how many events that were answered are not in the table, and how many are there that nobody sent."""
    with psycopg.connect(square.cluster.url) as connection:
        kept = {str(one) for (one,) in connection.execute("select id from feed_watch where slate is not null")}
    sent = {one for ids in reports.sent for one in ids}
    return len(set(reports.told) - kept), len(kept - sent)


def main() -> None:
    """Run and report."""
    with tempfile.TemporaryDirectory(prefix="parvis-watches-") as folder:
        square = Square(Path(folder) / "square", clips=CLIPS, people=PEOPLE)
        try:
            square.make()
            square.serve()
            reports = Reports(square)
            found = speed(square, reports)
            survive(square, reports)
            missing, strange = lost(square, reports)
            print(f"{len(reports.told)} events were answered; {missing} missing, {strange} strange", flush=True)
        finally:
            square.stop()
    figures = {
        "per_second": round(statistics.median(found)),
        "lost": missing,
        "strange": strange,
        "answered": len(reports.told),
        "kills": KILLS,
    }
    report("watches", figures, {"per_second": (">=", 5000), "lost": ("==", 0), "strange": ("==", 0)})


if __name__ == "__main__":
    main()
