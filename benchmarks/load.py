"""A small load generator: many kept-open HTTP/1.1 connections in one thread, with distinct requests.

Latency is counted from the moment a request was due (at a given rate) or sent (flat out), so that a server that makes
the generator wait does not hide it.
"""

import selectors
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

Next = Callable[[int], tuple[int, bytes]]  # of a connection, returns a number of the caller's and the bytes to send
Done = Callable[[int, bytes, bytes], None]  # gets the number, the head and the body of the answer


@dataclass
class Result:
    """What came back. `latencies` in seconds; `statuses` counts by code; `lost` connections that broke."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    lost: int = 0
    body_bytes: int = 0

    @property
    def per_second(self) -> float:
        """Answers with status 200 per second."""
        return self.statuses.get(200, 0) / self.seconds

    def quantile_ms(self, q: float) -> float:
        """Return a quantile of the latencies in milliseconds."""
        ordered = sorted(self.latencies)
        return 1000 * ordered[min(len(ordered) - 1, int(q * len(ordered)))]


@dataclass
class Line:
    """One connection and the request on its way."""

    socket: socket.socket
    place: int = 0
    number: int = -1
    due: float = 0.0
    waiting: bool = False
    received: bytearray = field(default_factory=bytearray)
    needed: int = 0


def run(
    to: int | Sequence[Line], seconds: float, connections: int, next_request: Next, done: Done | None = None,
    rate: float = 0.0,
) -> Result:  # fmt: skip
    """Send for `seconds` over `connections`, flat out or at `rate` requests a second, and wait for the last answers.

    `to` is a port, or connections that are open and stay open.
    """
    selector, result = selectors.DefaultSelector(), Result()
    lines = connect(to, connections) if isinstance(to, int) else to
    for line in lines:
        selector.register(line.socket, selectors.EVENT_READ, line)
    idle = list(lines)
    began = time.perf_counter()
    dues = due_times(began, began + seconds, rate)
    due = next(dues)
    while True:
        at = time.perf_counter()
        while idle and due is not None and at >= due:
            send(idle.pop(), due, next_request)
            due = next(dues)
            at = time.perf_counter()  # after `due`: flat out, every connection that is idle is due
        busy = len(idle) < connections - result.lost
        if due is None and not busy:
            break
        pause = max(0.0, due - at) if due is not None and idle else 1.0
        for key, _ in selector.select(min(pause, 1.0)):
            line: Line = key.data
            if take(line, result, done):
                idle.append(line)
            elif line.socket.fileno() < 0:
                result.lost += 1
        if at - began > seconds + 20:
            break
    result.seconds = min(time.perf_counter() - began, seconds) if due is None else time.perf_counter() - began
    selector.close()
    if isinstance(to, int):
        close(lines)
    return result


def due_times(began: float, ends: float, rate: float) -> Iterator[float | None]:
    """Yield when each request is due; None for ever once the time is over."""
    number = 0
    while True:
        at = began + number / rate if rate else time.perf_counter()
        if at >= ends:
            break
        yield at
        number += 1
    while True:
        yield None


def connect(port: int, connections: int) -> list[Line]:
    """Open connections."""
    lines = [Line(socket.create_connection(("127.0.0.1", port), timeout=10), place) for place in range(connections)]
    for line in lines:
        line.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line.socket.settimeout(10)
    return lines


def close(lines: Sequence[Line]) -> None:
    """Close connections."""
    for line in lines:
        line.socket.close()


def send(line: Line, due: float, next_request: Next) -> None:
    """Send the next request on an idle connection."""
    line.number, raw = next_request(line.place)
    line.due, line.waiting, line.needed = due, True, 0
    line.received.clear()
    try:
        line.socket.sendall(raw)
    except OSError:
        return  # the answer will not come either: `take` counts the connection as lost


def take(line: Line, result: Result, done: Done | None) -> bool:
    """Read what has come; True when the answer is whole. A broken connection is closed."""
    try:
        part = line.socket.recv(262_144)
    except OSError:
        part = b""
    if not part:
        line.socket.close()
        return False
    line.received += part
    if not line.needed:
        head = line.received.find(b"\r\n\r\n")
        if head < 0:
            return False
        lower = bytes(line.received[:head]).lower()
        length = lower.index(b"content-length:") + 15
        line.needed = head + 4 + int(lower[length:].split(b"\r\n", 1)[0])
    if len(line.received) < line.needed:
        return False
    whole = bytes(line.received)
    status = int(whole[9:12])
    result.statuses[status] = result.statuses.get(status, 0) + 1
    result.latencies.append(time.perf_counter() - line.due)
    head = whole.index(b"\r\n\r\n")
    result.body_bytes += len(whole) - head - 4
    if done is not None:
        done(line.number, whole[:head], whole[head + 4 :])
    line.waiting = False
    return True
