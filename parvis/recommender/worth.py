"""What each thing that a viewer may do is worth to a feed: the weights that who runs it may change."""

from collections.abc import Mapping
from math import isfinite

# What an act adds to the score of a clip where it is certain; watch time per natural logarithm of 1 + seconds expected.
# Acts are rare: a clip that one in fifty likes gets 0.06 by it, one that is watched for a tenth longer 0.1.
WORTH: Mapping[str, float] = {
    "watch time": 1.0, "long view": 0.2, "like": 3.0, "share": 6.0, "follow": 6.0, "comment": 4.0, "skip": -0.4,
    "not interested": -10.0,
}  # fmt: skip
MOST = 100.0


class BadWorth(ValueError):
    """A text that says no weights; why not, in words."""


def worth_of(text: str) -> dict[str, float]:
    """Return the weights that a text such as "like=2, not interested=-5" says, the usual ones where it says nothing.

    BadWorth for a name that is unknown or said twice, and for what is not a number from -MOST to MOST.
    """
    said: dict[str, float] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, _, value = (one.strip() for one in part.partition("="))
        if name not in WORTH or name in said:
            raise BadWorth(f"{name!r} is {'said twice' if name in said else 'not one of: ' + ', '.join(WORTH)}")
        try:
            said[name] = float(value)
        except ValueError:
            raise BadWorth(f"{value!r} is not a number") from None
        if not isfinite(said[name]) or abs(said[name]) > MOST:
            raise BadWorth(f"{value} is not between -{MOST:.0f} and {MOST:.0f}")
    return {**WORTH, **said}
