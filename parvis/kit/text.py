"""What people write, as it is stored: plain text that looks the same to everybody."""

import re
import unicodedata
from typing import Final

# Everything that only a program would read: controls but the line break, and marks that turn the text around.
UNSEEN: Final = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]|[\ud800-\udfff]")
MANY_BREAKS: Final = re.compile(r"\n{3,}")


def plain_text(text: str) -> str:
    """Return a text composed (NFC), without unseen characters, towers of empty lines and space at its ends."""
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    return MANY_BREAKS.sub("\n\n", UNSEEN.sub("", composed)).strip()
