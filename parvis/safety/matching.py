"""Finding blocked words in what people write, also where they try to hide them. Best effort, and pure.

Compared are whole words, folded: compatibility forms (NFKC), no case, no accents. Three ways to hide a word are seen
through: digits and signs for letters (h3ll0), spaces or dots between single letters (h e l l o), and stretched letters
(helllo). In scripts that write without spaces a word is found inside others.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator
from typing import Final

# Vowel signs of many scripts are marks, which \w leaves out.
_MARKS: Final = "".join(chr(code) for code in range(0x300, 0x20000) if unicodedata.category(chr(code))[0] == "M")
_TOKEN: Final = re.compile(rf"[\w{_MARKS}@$!|+]+")
_ACCENTS: Final = re.compile(r"[\u0300-\u036f]")
_UNSEEN: Final = re.compile(r"[\u00ad\u200b-\u200f\u2060\ufeff\ufe00-\ufe0f]")
_STRETCHED: Final = re.compile(r"(.)\1{2,}")
_UNSPACED: Final = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
_SIGNS: Final = str.maketrans("0134578@$!|+", "oieastbasiit")
# Letters of other alphabets that look like Latin ones, for words that mix the two.
_LOOKALIKES: Final = str.maketrans("аеорсухікмтвнαορτυικν", "aeopcyxikmtbhaoptuikv")
_LATIN: Final = re.compile(r"[a-z]")


def folded(text: str) -> str:
    """Return a text as it is compared: without case, accents, compatibility forms and unseen characters."""
    text = _UNSEEN.sub("", unicodedata.normalize("NFKC", text).casefold())
    return unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFD", text)))


def has_no_spaces(word: str) -> bool:
    """Whether a word is of a script that writes words without spaces between them."""
    return bool(_UNSPACED.search(word))


def _plain(token: str) -> Iterator[str]:
    yield token
    if _LATIN.search(token):
        token = token.translate(_LOOKALIKES)
        yield token
        yield token.translate(_SIGNS)


def _tokens(text: str) -> Iterator[str]:
    """Yield the words of a folded text, and what runs of three or more single letters spell together."""
    single: list[str] = []
    for token in _TOKEN.findall(text):
        bare = token.strip("@$!|+")
        yield from (token, bare)
        if len(bare) == 1:
            single.append(bare)
            continue
        if len(single) >= 3:
            yield "".join(single)
        single = []
    if len(single) >= 3:
        yield "".join(single)


def forms(text: str) -> set[str]:
    """Return every form under which a word of the text may stand on a list of folded words."""
    found: set[str] = set()
    for token in _tokens(folded(text)):
        for plain in _plain(token):
            found |= {plain, _STRETCHED.sub(r"\1", plain), _STRETCHED.sub(r"\1\1", plain)}
    return found - {""}


def is_inside(text: str, phrases: Collection[str]) -> bool:
    """Whether a folded phrase, or a word of a script without spaces, stands in a text."""
    line = folded(text)
    joined = f" {' '.join(_TOKEN.findall(line))} "
    return any(phrase in line if has_no_spaces(phrase) else f" {phrase} " in joined for phrase in phrases)


def hits(text: str, words: Collection[str]) -> bool:
    """Whether a text says one of the folded `words` or phrases."""
    long = [word for word in words if " " in word or has_no_spaces(word)]
    return not forms(text).isdisjoint(words) or (bool(long) and is_inside(text, long))
