"""Lists by pages: `after` is the `next` of the page before, `limit` how many at most."""

from typing import Annotated

from ninja import Query

MOST = 100
Limit = Annotated[int, Query(ge=1, le=MOST)]


def size_of(limit: int) -> int:
    """Return the size of a page."""
    return min(max(limit, 1), MOST)
