"""A For You slate of 8 for 1,000 people over 100,000 clips, beside a bare Starlette endpoint returning the same bytes.

Both servers run with two processes on this machine and are asked in turns, round after round, by the same generator
over the same number of connections, with the same requests (cookie and cursor) of the same people. Ours verifies a
signed cookie, runs the whole pipeline for that person, stores the impressions and answers after the commit; every
request carries the cursor of that person's last slate, so every slate is a new one; a person's requests come over one
connection that stays open, as a browser's do. For people who go on without a sign a list is ranked for thirty slates
and handed out while nothing changes, and nobody watches anything here, so most slates of this mix are handed out;
`slowdown_over_bare_ranked` is of people who open the page each time, for whom every slate is ranked anew. The
bare one (uvicorn with uvloop and httptools) returns bytes that it has.
"""

import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.load import Result, connect, run
from benchmarks.report import report
from benchmarks.square import Square, cpu_seconds
from tests.installation import free_port

SMALL = os.environ.get("SCALE") == "small"
CLIPS, PEOPLE = (10_000, 200) if SMALL else (100_000, 1_000)
ROUNDS, ROUND_S = (3, 3.0) if SMALL else (4, 5.0)
WARM_S = 20.0 if SMALL else 40.0
HALF_S = 5.0 if SMALL else 15.0
CONNECTIONS = 32
NEXT = b'"next":"'


class People:
    """The requests of all people in turns to a port; each goes on where the last slate of that person ended."""

    def __init__(self, square: Square, port: int) -> None:
        host = f"localhost:{port}"
        self.heads = [
            (
                f" HTTP/1.1\r\nHost: {host}\r\nCookie: {square.cookie(number)}\r\nAccept: application/json\r\n\r\n"
            ).encode()
            for number in range(len(square.viewers))
        ]
        self.after = [b""] * len(self.heads)
        self.turns = [0] * CONNECTIONS
        self.lines = connect(port, CONNECTIONS)
        self.opening = False  # whether each request is that of a page that opens
        self.sample = b""

    def next(self, connection: int) -> tuple[int, bytes]:
        """Return the request of the person whose turn it is: each connection has its own people."""
        self.turns[connection] += CONNECTIONS
        number = (self.turns[connection] + connection) % (len(self.heads) // CONNECTIONS * CONNECTIONS)
        if self.opening:
            return number, b"GET /feed/slate?feed=for-you&n=8" + self.heads[number]
        after = b"&after=" + self.after[number] if self.after[number] else b""
        return number, b"GET /feed/slate?feed=for-you&n=8" + after + self.heads[number]

    def done(self, number: int, head: bytes, body: bytes) -> None:
        """Remember where the person's slate ended."""
        at = body.find(NEXT)
        if at > 0:
            at += len(NEXT)
            self.after[number] = body[at : body.index(b'"', at)]
        self.sample = body


class Bare:
    """The bare endpoint on a port of its own."""

    def __init__(self, body: Path) -> None:
        self.port = free_port()
        command = [sys.executable, "-m", "uvicorn", "benchmarks.bare:app", "--port", str(self.port), "--workers", "2",
                   "--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "error",
                   "--timeout-keep-alive", "600"]  # fmt: skip
        self.process = subprocess.Popen(command, env=os.environ | {"BARE_BODY": str(body)}, start_new_session=True)
        deadline = time.monotonic() + 60
        while not self._listens():
            if time.monotonic() > deadline:
                raise RuntimeError("the bare server does not come up")
            time.sleep(0.2)

    def _listens(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        except OSError:
            return False
        return True

    def stop(self) -> None:
        """Stop it."""
        self.process.terminate()
        self.process.wait(20)


def sound(result: Result) -> None:
    """RuntimeError where anything but 200 came back: figures of refusals are none."""
    if result.lost or set(result.statuses) != {200}:
        raise RuntimeError(f"not all requests were answered: {result.statuses}, {result.lost} connections lost")


def slowdown(ours: list[Result], theirs: list[Result]) -> float:
    """Return how many times as many requests the others answered, the median of the rounds."""
    ratios = [other.per_second / mine.per_second for mine, other in zip(ours, theirs, strict=True)]
    return round(statistics.median(ratios), 2)


Rounds = tuple[list[Result], list[Result], list[float], list[float]]


def rounds(square: Square, people: People, bare: Bare, bare_people: People) -> Rounds:
    """Ask both in turns; with the processor time that each request of ours and of theirs took."""
    ours: list[Result] = []
    theirs: list[Result] = []
    costs: list[float] = []
    bare_costs: list[float] = []
    for number in range(ROUNDS):
        used = square.cpu_seconds()
        ours.append(run(people.lines, ROUND_S, CONNECTIONS, people.next, people.done))
        costs.append(1e6 * (square.cpu_seconds() - used) / len(ours[-1].latencies))
        used = cpu_seconds(bare.process.pid)
        theirs.append(run(bare_people.lines, ROUND_S, CONNECTIONS, bare_people.next, bare_people.done))
        bare_costs.append(1e6 * (cpu_seconds(bare.process.pid) - used) / len(theirs[-1].latencies))
        sound(ours[-1])
        sound(theirs[-1])
        print(
            f"round {number + 1}: slates/s {ours[-1].per_second:.0f}, bare {theirs[-1].per_second:.0f};"
            f" processor {costs[-1]:.0f} and {bare_costs[-1]:.0f} us",
            flush=True,
        )
    return ours, theirs, costs, bare_costs


def measure(square: Square, folder: Path) -> dict[str, float]:
    """Return the figures."""
    people = People(square, square.port)
    warmed, began = 0, time.monotonic()
    while warmed < 5 * PEOPLE and time.monotonic() - began < WARM_S:  # the feed gets to know each person
        warmed += len(run(people.lines, 5.0, CONNECTIONS, people.next, people.done).latencies)
    print(f"warmed up with {warmed} slates of {len(people.sample)} bytes", flush=True)
    body = folder / "slate.json"
    body.write_bytes(people.sample)
    bare = Bare(body)
    try:
        asking = People(square, bare.port)
        run(asking.lines, 2.0, CONNECTIONS, asking.next, asking.done)
        ours, theirs, costs, bare_costs = rounds(square, people, bare, asking)
        top = statistics.median(result.per_second for result in ours)
        half = run(people.lines, HALF_S, CONNECTIONS, people.next, people.done, rate=top / 2)
        sound(half)
        print("pages that open", flush=True)
        people.opening = asking.opening = True
        ranked, theirs_then, _, _ = rounds(square, people, bare, asking)
    finally:
        bare.stop()
    return {
        "slowdown_over_bare": slowdown(ours, theirs),
        "slowdown_over_bare_ranked": slowdown(ranked, theirs_then),
        "slates_per_second": round(top, 0),
        "bare_per_second": round(statistics.median(result.per_second for result in theirs), 0),
        "p50_ms": round(half.quantile_ms(0.5), 2),
        "p99_ms": round(half.quantile_ms(0.99), 2),
        "p50_ms_at_top_rate": round(statistics.median(result.quantile_ms(0.5) for result in ours), 2),
        "p99_ms_at_top_rate": round(statistics.median(result.quantile_ms(0.99) for result in ours), 2),
        "cpu_us": round(min(costs)),
        "bare_cpu_us": round(min(bare_costs)),
        "slate_bytes": len(people.sample),
        "clips": CLIPS,
        "people": PEOPLE,
    }


def main() -> None:
    """Run and report."""
    with tempfile.TemporaryDirectory(prefix="parvis-feed-") as folder:
        square = Square(Path(folder) / "square", clips=CLIPS, people=PEOPLE)
        try:
            began = time.monotonic()
            square.make()
            print(f"{CLIPS} clips made in {time.monotonic() - began:.0f} s", flush=True)
            began = time.monotonic()
            square.serve()
            print(f"serving after {time.monotonic() - began:.0f} s", flush=True)
            figures = measure(square, Path(folder))
        finally:
            square.stop()
    report("feed", figures, {"slowdown_over_bare": ("<=", 3.0), "p99_ms": ("<", 50.0)})


if __name__ == "__main__":
    main()
