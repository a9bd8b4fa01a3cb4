"""What people write, as it is kept."""

import re
import unicodedata

# Everything that only a program would read: controls but the line break, and marks that turn the text around.
UNSEEN = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]|[\ud800-\udfff]")
MANY_BREAKS = re.compile(r"\n{3,}")


def plain(text: str) -> str:
    """Return a text composed (NFC), without unseen characters, outer space and towers of empty lines."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    return MANY_BREAKS.sub("\n\n", UNSEEN.sub("", text)).strip()
