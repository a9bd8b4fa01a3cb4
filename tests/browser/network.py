"""A network between browser and server that can be slow, and cut. (DevTools' own offline mode lets an upload that is
under way finish.)"""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator

CHUNK = 8192


class Network:
    """Passes on what comes to `port`, at most `per_second` bytes towards the server; nothing at all while it is cut."""

    def __init__(self, to: int, per_second: int) -> None:
        self._to, self._per_second = to, per_second
        self.sent = 0  # bytes passed on to the server: a browser's own progress counts what lies in its buffers
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._open: list[socket.socket] = []
        self._is_cut = False
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Break every connection, and each that is tried from now on."""
        self._is_cut = True
        for one in self._open:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        """Let new connections through again."""
        self._is_cut = False

    def wait_until_sent(self, more: float, seconds: float = 60) -> None:
        """Wait until so many more bytes were passed on to the server."""
        target, deadline = self.sent + more, time.monotonic() + seconds
        while self.sent < target:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{self.sent} of {target} bytes were sent")
            time.sleep(0.05)

    def close(self) -> None:
        """Cut it for good."""
        self.cut()
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                if self._is_cut:
                    near.close()
                    continue
                far = socket.create_connection(("127.0.0.1", self._to))
                self._open += [near, far]
                threading.Thread(target=self._pass_on, args=(near, far, CHUNK / self._per_second), daemon=True).start()
                threading.Thread(target=self._pass_on, args=(far, near, 0.0), daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket, pause: float) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(CHUNK):
                target.sendall(data)
                self.sent += len(data) if pause else 0
                time.sleep(pause * len(data) / CHUNK)
        for one in (source, target):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def network(to: int, per_second: int) -> Iterator[Network]:
    """A network to a port of this machine, cut at the end."""
    between = Network(to, per_second)
    try:
        yield between
    finally:
        between.close()
