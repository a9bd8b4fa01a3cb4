"""A pseudo-language: English made long, accented and bracketed, so that a test sees what translation will break.

Text that is not translated stays plain, text that is cut loses its closing bracket, a layout that only fits English
breaks. `%(name)s`, `%s`, `{name}`, HTML tags and entities stay as they are.
"""

import re

KEPT = re.compile(r"%\([^)]+\)[a-z]|%[sd%]|\{[^{}]*\}|<[^>]*>|&(?:#?\w+);")
ACCENTED = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", "àƀćďéƒğĥíĵķĺɱñóþɋŕšţúṽŵẋýžÀƁĆĎÉƑĞĤÍĴĶĹṀÑÓÞɊŔŠŢÚṼŴẊÝŽ"
)
FILLER = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
LONGER = 0.4


def pseudo(text: str) -> str:
    """`text` about 40 % longer, accented and in brackets; the empty text stays empty (it heads a gettext file)."""
    if not text.strip():
        return text
    parts: list[str] = []
    at = 0
    for kept in KEPT.finditer(text):
        parts += [text[at : kept.start()].translate(ACCENTED), kept[0]]
        at = kept.end()
    parts.append(text[at:].translate(ACCENTED))
    body = "".join(parts)
    # A message must end in a line break exactly when its original does.
    ending = "\n" if body.endswith("\n") else ""
    return f"⟦{body.removesuffix(ending)}{_padding(len(KEPT.sub('', text)))}⟧{ending}"


def _padding(length: int) -> str:
    wanted, size = int(length * LONGER + 0.5), 0
    words: list[str] = []
    while size < wanted:
        words.append(FILLER[len(words) % len(FILLER)].translate(ACCENTED))
        size += len(words[-1]) + 1
    return "".join(f" {word}" for word in words)
