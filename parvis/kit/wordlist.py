"""Finding words of a list in texts of any script."""

import re
import unicodedata
from collections.abc import Iterable

# Scripts that write words without spaces between them, or put endings to them: there a word is found inside another.
_UNSPACED = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u3400-\u9fff\uac00-\ud7af"
    r"\uf900-\ufaff\U00020000-\U0003ffff]"
)
_SPACE = re.compile(r"\s+")


def folded(text: str) -> str:
    """Return a text as it is compared: composed (NFKC), without case, and with single spaces."""
    return _SPACE.sub(" ", unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())).strip()


def finder(words: Iterable[str]) -> re.Pattern[str] | None:
    """Return a pattern that finds any of `words` in a `folded` text; None for no words.

    Whole words only ("cat" is not in "category"), but for scripts that write them without spaces.
    """
    parts = sorted({_part(word) for one in words if (word := folded(one))}, key=len, reverse=True)
    return re.compile("|".join(parts)) if parts else None


def _part(word: str) -> str:
    before = r"(?<!\w)" if _has_edge(word[0]) else ""
    after = r"(?!\w)" if _has_edge(word[-1]) else ""
    return before + re.escape(word) + after


def _has_edge(letter: str) -> bool:
    return (letter.isalnum() or letter == "_") and not _UNSPACED.match(letter)
