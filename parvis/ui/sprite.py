"""The names in the icon sprite, read once, so that a misspelt icon fails while the template is compiled."""

import re
from functools import lru_cache
from pathlib import Path

SPRITE = "ui/vendor/icons.svg"
# Drawings that point along the line of reading; they are mirrored where the page runs right to left.
DIRECTIONAL = frozenset(
    {
        "arrow-left",
        "arrow-right",
        "chevron-left",
        "chevron-right",
        "log-in",
        "log-out",
        "send",
        "undo-2",
        "skip-forward",
    }
)


@lru_cache(maxsize=1)
def names() -> frozenset[str]:
    text = (Path(__file__).parent / "static" / SPRITE).read_text(encoding="utf-8")
    return frozenset(re.findall(r'<symbol id="([^"]+)"', text))
