"""Letters for regular expressions: `\\w` leaves out marks, without which most scripts of India write nothing."""

import unicodedata
from itertools import groupby
from typing import Final


def _marks() -> str:
    """Return all combining marks as the inside of a character class."""
    marks = [code for code in range(0x300, 0x20000) if unicodedata.category(chr(code))[0] == "M"]
    runs = [[code for _, code in run] for _, run in groupby(enumerate(marks), lambda pair: pair[1] - pair[0])]
    return "".join(f"{chr(run[0])}-{chr(run[-1])}" for run in runs)


MARKS: Final = _marks()
