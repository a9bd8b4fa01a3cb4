"""From a query to what the database is asked: each word with its other spellings, and where to look first."""

from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from parvis.search.models import TAG
from parvis.search.words import NEAR_FROM, distance, is_pair, near, pieces

MOST_WORDS = 8
ENDINGS, SPELLINGS = 12, 5  # words that begin with the last one; words that one may have meant
RARE = 3  # a word in fewer texts may be a mistake itself
END = "\U0010ffff"
KNOWN = """
select word, uses from search_word where kind = %(kind)s and word = any(%(words)s) and uses > 0
"""
BEGINNING = """
select word, uses from search_word where kind = %(kind)s and word >= %(first)s and word < %(last)s and uses > 0
order by uses desc, word limit %(most)s
"""
NEAR = "select word, uses from search_word where kind = %(kind)s and near && %(near)s::text[] and uses > 0"


@dataclass(frozen=True)
class Part:
    """One word of a query, or one run of a script without spaces: any of `options`, each of them all its terms."""

    options: tuple[tuple[str, ...], ...]
    uses: int  # texts that may hold it, at most

    @property
    def text(self) -> str:
        """As a tsquery."""
        return "(" + " | ".join("(" + " & ".join(f"'{term}'" for term in option) + ")" for option in self.options) + ")"


@dataclass(frozen=True)
class Plan:
    """A query. `exact`: what was typed, as a tsquery; `alone`: each thing that counts by itself, as a tsquery, with in
    how many texts it may be; `respelt`: words that were taken for others."""

    parts: tuple[Part, ...]
    exact: str
    alone: dict[str, int]
    respelt: dict[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """All of it, as a tsquery."""
        return " & ".join(part.text for part in self.parts)

    @property
    def uses(self) -> int:
        """Texts that may hold all of it, at most."""
        return min((part.uses for part in self.parts), default=0)


def plan(kind: str, query: str) -> Plan:
    """Return what to look for in texts of a kind; without parts where there is no word in the query."""
    found = pieces(query)[:MOST_WORDS]
    known = dict(_ask(KNOWN, {"kind": kind, "words": [term for terms in found for term in terms]}))
    respelt: dict[str, str] = {}
    parts: list[Part] = []
    alone: dict[str, int] = {}
    for place, terms in enumerate(found):
        uses = {term: known.get(term, 0) for term in terms}
        if is_pair(terms[0]):
            parts.append(Part((tuple(terms),), min(uses.values())))
            alone |= {f"'{term}'": count for term, count in uses.items()}
            continue
        is_begun = place == len(found) - 1 and not query[-1:].isspace()
        options, taken = _options(kind, terms[0], uses[terms[0]], is_begun=is_begun)
        respelt |= taken
        parts.append(Part(tuple((option,) for option in options), sum(options.values())))
        alone[parts[-1].text] = parts[-1].uses
    return Plan(tuple(parts), _quoted(found), alone, respelt)


def _quoted(found: list[list[str]]) -> str:
    return " & ".join(f"'{term}'" for terms in found for term in terms)


def _options(kind: str, word: str, uses: int, *, is_begun: bool) -> tuple[dict[str, int], dict[str, str]]:
    """Return the words that one may stand for, with their uses, and for which it was taken if nothing holds it."""
    options = {word: uses, **(endings(kind, word) if is_begun else {})}
    if sum(options.values()) >= RARE:
        return options, {}
    others = spellings(kind, word)
    is_taken = bool(others) and not any(options.values())
    return options | others, {word: next(iter(others))} if is_taken else {}


def endings(kind: str, word: str) -> dict[str, int]:
    """Return words that begin with this one, the most used first, with their uses."""
    if len(word) < 2:
        return {}
    return dict(_ask(BEGINNING, {"kind": kind, "first": word, "last": word + END, "most": ENDINGS}))


def spellings(kind: str, word: str) -> dict[str, int]:
    """Return words for which this one may be a mistake, the nearest and most used first, with their uses."""
    if len(word) < NEAR_FROM:
        return {}
    most = 1 if len(word) < 6 else 2
    rows = _ask(NEAR, {"kind": kind, "near": near(word)})
    far = [(distance(word, other), -uses, other) for other, uses in rows if abs(len(other) - len(word)) <= most]
    return {other: -uses for away, uses, other in sorted(far)[:SPELLINGS] if 0 < away <= most}


def tags(word: str, most: int) -> list[tuple[str, int]]:
    """Return tags that begin with a word, or that it may have meant, with their uses."""
    found = dict(_ask(BEGINNING, {"kind": TAG, "first": word, "last": word + END, "most": most}))
    if len(found) < most:
        found |= {tag: uses for tag, uses in spellings(TAG, word).items() if tag not in found}
    return list(found.items())[:most]


def _ask(sql: str, parameters: dict[str, Any]) -> list[tuple[str, int]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        rows: list[tuple[str, int]] = cursor.fetchall()
    return rows
