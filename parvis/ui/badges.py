"""Numbers beside entries of the navigation. Packages above register them when they are ready, since nothing here may
know them; each is asked for once a page, so it must cost next to nothing."""

from collections.abc import Callable

from django.http import HttpRequest

Count = Callable[[HttpRequest], int]
_counts: dict[str, Count] = {}


def register(entry: str, count: Count) -> None:
    """Tell which number stands beside an entry; 0 shows nothing."""
    _counts[entry] = count


def count_of(entry: str, request: HttpRequest) -> int:
    """Return the number beside an entry."""
    count = _counts.get(entry)
    return count(request) if count else 0
