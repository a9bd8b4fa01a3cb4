"""Texts as the terms that are looked up: words where a script has spaces, pairs of letters where it has none.

No language is assumed, so nothing is stemmed: a query's last word counts as a beginning, which finds most forms.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise

LONGEST = 48  # letters of a word that count
MOST_TERMS = 400  # of one text
NEAR_FROM, NEAR_TO = 3, 24  # words of so many letters are found with one letter wrong

# Marks that people leave out: accents, Hebrew points, Arabic vowel signs; what is not seen at all, and what is no text.
DROPPED = re.compile(
    "[\u0300-\u036f\u0591-\u05c7\u0640\u064b-\u065f\u0670\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\x00-\x08\x7f\ud800-\udfff]"
)
# Scripts that write words without spaces: Thai, Lao, Myanmar, Khmer, the kana, Han.
DENSE = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\U00020000-\U0003ffff"
)
RUNS = re.compile(f"[{DENSE}]+|[^{DENSE}]+")
SAME = str.maketrans({"ı": "i", "’": "'", "ʼ": "'"})


def normal(text: str) -> str:
    """Return a text in the one form in which texts are compared: compatibility forms, case and accents are gone."""
    bare = DROPPED.sub("", unicodedata.normalize("NFKD", text.translate(SAME)))
    return unicodedata.normalize("NFKC", bare.casefold()).translate(SAME)


def terms(text: str) -> list[str]:
    """Return the terms of a text in their order, each once, at most MOST_TERMS."""
    return list(dict.fromkeys(_terms(text)))[:MOST_TERMS]


def pieces(text: str) -> list[list[str]]:
    """Return the terms of a query by the word or run they came from: one term for a word, several for a run without
    spaces."""
    return [_of_run(run) for run in _runs(text)]


def is_pair(term: str) -> bool:
    """Whether a term is of a script without spaces."""
    return bool(RUNS.match(term)) and re.match(f"[{DENSE}]", term) is not None


def near(word: str) -> list[str]:
    """Return a word and what is left of it without any one letter. Two words that differ by one letter, one of which
    may be wrong, missing, too many or swapped with the next, have one of these in common (SymSpell, Garbe 2012)."""
    if not NEAR_FROM <= len(word) <= NEAR_TO or is_pair(word):
        return [word]
    return list(dict.fromkeys([word, *(word[:at] + word[at + 1 :] for at in range(len(word)))]))


@lru_cache(maxsize=4096)
def distance(one: str, other: str) -> int:
    """Return how many letters must be changed, put in, left out or swapped with the next to make one of the other
    (optimal string alignment)."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, left in enumerate(one, 1):
        last, before, row = before, row, [i]
        for j, right in enumerate(other, 1):
            best = min(before[j] + 1, row[-1] + 1, before[j - 1] + (left != right))
            if i > 1 and j > 1 and left == other[j - 2] and one[i - 2] == right:
                best = min(best, last[j - 2] + 1)
            row.append(best)
    return row[-1]


def _terms(text: str) -> Iterator[str]:
    for run in _runs(text):
        yield from _of_run(run)


def _runs(text: str) -> Iterator[str]:
    for word in _words(normal(text)):
        yield from RUNS.findall(word)


def _words(text: str) -> Iterator[str]:
    """Letters and digits with the marks that belong to them; all else parts words."""
    word: list[str] = []
    for letter in text:
        if letter.isalnum() or (word and unicodedata.category(letter)[0] == "M"):
            word.append(letter)
        elif letter != "'" and word:
            yield "".join(word)
            word.clear()
    if word:
        yield "".join(word)


def _of_run(run: str) -> list[str]:
    if not is_pair(run):
        return [run[:LONGEST]]
    letters = _letters(run)
    return ["".join(pair) for pair in pairwise(letters)] or letters


def _letters(run: Iterable[str]) -> list[str]:
    letters: list[str] = []
    for letter in run:
        if letters and unicodedata.category(letter)[0] == "M":
            letters[-1] += letter
        else:
            letters.append(letter)
    return letters
