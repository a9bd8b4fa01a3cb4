"""One request computes at a time.

Python runs one thread at a time anyway, but NumPy lets go of the interpreter in the middle of a request, hundreds of
times a second, and each time another thread takes it: twenty switches for one slate, and half of the processor spent
on them. Whoever waits for the database is not in turn.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Turn:
    """A lock that knows who has it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._owner = 0

    def __enter__(self) -> None:
        self._lock.acquire()
        self._owner = threading.get_ident()

    def __exit__(self, *_: object) -> None:
        self._owner = 0
        self._lock.release()

    @contextmanager
    def given_up(self) -> Iterator[None]:
        """Let others compute meanwhile, if it is this thread's turn."""
        if self._owner != threading.get_ident():
            yield
            return
        self.__exit__()
        try:
            yield
        finally:
            self.__enter__()
