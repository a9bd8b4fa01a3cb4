"""Finding. `for_viewer` is the only door: what comes out of it, that viewer may see."""

import time
import uuid
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.db import connection, transaction

from parvis.accounts.models import Person
from parvis.accounts.queries import for_viewer as people_for
from parvis.accounts.viewer import Viewer
from parvis.clips.cards import Card
from parvis.clips.queries import for_viewer as clips_for
from parvis.search.models import CLIP, PERSON, Text
from parvis.search.plans import Plan, plan, tags
from parvis.search.words import normal

LONGEST = 200  # letters of a query that count
CANDIDATES = 200  # texts that are weighed
FEW = 12  # with fewer found among the best, all are looked through
RAREST = 3
COMMON = 4000  # texts with a word, from which on the best of them are found by going down the list of the best
SHARE_S = 60
HOT = 100_000  # texts of each kind in which a common word is looked for first: the round marks them
# What was typed counts twice: a text that holds it stands above one with another spelling. A title weighs 10 times a
# caption; twice the likes, or thirty days, a twentieth of a title.
WEIGHED = """
select id, 10 * ts_rank('{0.06, 0.06, 0.3, 0.6}', words, %(wide)s::tsquery)
  + 10 * ts_rank('{0.06, 0.06, 0.3, 0.6}', words, %(exact)s::tsquery) + 0.3 * worth as rank
from search_text where kind = %(kind)s and words @@ %(wide)s::tsquery
"""
AMONG_BEST = f"{WEIGHED} and hot order by rank desc, id limit %(most)s"
AMONG_ALL = f"{WEIGHED} order by rank desc, id limit %(most)s"
DOWN_THE_BEST = f"""
with best as (select id from search_text where kind = %(kind)s and hot and words @@ %(wide)s::tsquery
              order by worth desc limit %(most)s)
{WEIGHED} and id in (select id from best) order by rank desc, id
"""  # noqa: S608 - a constant of ours
# Where nothing holds all of a query: texts that hold at least a third of it, the more the better, looked for by its
# rarest things.
PART_OF = """
select id from (
  select id, worth, (select count(*) from unnest(%(alone)s::text[]) as one where words @@ one::tsquery) as held
  from search_text where kind = %(kind)s and hot and words @@ %(rarest)s::tsquery) as t
where held >= %(least)s order by held desc, worth desc limit %(most)s
"""


@dataclass(frozen=True)
class ClipsFound:
    """A page of clips, the best first; `next` is the place of the following page, empty on the last. `respelt`: words
    of the query that were taken for others."""

    cards: list[Card] = field(default_factory=list)
    next: str = ""
    respelt: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Found:
    """What was found of each kind, the best first. Tags come with how many clips have them."""

    clips: ClipsFound = field(default_factory=ClipsFound)
    people: list[Person] = field(default_factory=list)
    tags: list[tuple[str, int]] = field(default_factory=list)


@dataclass(frozen=True)
class SearchFor:
    """What one viewer may find. Nothing about it is stored."""

    viewer: Viewer

    def clips(self, query: str, *, most: int = 24, after: int = 0) -> ClipsFound:
        """Return clips for a query, from the place `after` on. A page may hold fewer than `most`: what this viewer may
        not see is left out."""
        asked = plan(CLIP, query[:LONGEST])
        ids = _ids(CLIP, asked)
        page, rest = ids[after : after + most], ids[after + most :]
        cards = {card.id: card for card in clips_for(self.viewer).some(page)}
        shown = [cards[id_] for id_ in page if id_ in cards]
        return ClipsFound(shown, str(after + most) if rest else "", asked.respelt)

    def people(self, query: str, *, most: int = 12) -> list[Person]:
        """Return people by handle, name and, last, what they say of themselves. Of a handle the whole comes first."""
        query = query[:LONGEST].strip().removeprefix("@")
        ids = _ids(PERSON, plan(PERSON, query))[: 2 * most]
        people = {person.id: person for person in people_for(self.viewer).some(ids)}
        found = [people[id_] for id_ in ids if id_ in people]
        handle = normal(query)
        return sorted(found, key=lambda person: person.handle != handle)[:most]

    def tags(self, query: str, *, most: int = 12) -> list[tuple[str, int]]:
        """Return tags for a query, with how many clips have each, the most used first."""
        word = normal(query[:LONGEST].strip().removeprefix("#"))
        return tags(word, most) if word and " " not in word else []

    def everything(self, query: str) -> Found:
        """Return what the page of results shows first."""
        if not normal(query).strip():
            return Found()
        is_handle, is_tag = query.lstrip().startswith("@"), query.lstrip().startswith("#")
        clips = ClipsFound() if is_handle else self.clips(query)
        return Found(clips, [] if is_tag else self.people(query), [] if is_handle else self.tags(query))


def for_viewer(viewer: Viewer) -> SearchFor:
    """Return what a viewer may find: the only door."""
    return SearchFor(viewer)


def _ids(kind: str, asked: Plan) -> list[uuid.UUID]:
    if not asked.parts:
        return []
    found: list[uuid.UUID] = []
    if asked.uses:
        found = _all_words(kind, asked)
    if len(found) < FEW and len(asked.alone) > 1:
        found += [id_ for id_ in _part_of(kind, asked) if id_ not in set(found)]
    return found


def _all_words(kind: str, asked: Plan) -> list[uuid.UUID]:
    values: dict[str, Any] = {"kind": kind, "wide": asked.text, "exact": asked.exact, "most": CANDIDATES}
    share = _share()
    if len(asked.parts) == 1 and asked.uses * share > COMMON:
        return _down_the_best(values)
    with connection.cursor() as cursor:
        cursor.execute(AMONG_BEST, values)
        found = [id_ for id_, _ in cursor.fetchall()]
        if len(found) < FEW and share < 1:
            cursor.execute(AMONG_ALL, values)
            found = [id_ for id_, _ in cursor.fetchall()]
    return found


def _down_the_best(values: dict[str, Any]) -> list[uuid.UUID]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set local enable_bitmapscan = off")
        cursor.execute(DOWN_THE_BEST, values)
        return [id_ for id_, _ in cursor.fetchall()]


def _share() -> float:
    """The part of all texts that is looked through first, as it was within the last minute."""
    return _share_at(int(time.monotonic() / SHARE_S), connection.settings_dict["NAME"])


@lru_cache(maxsize=1)
def _share_at(_minute: int, _database: str) -> float:
    with connection.cursor() as cursor:
        cursor.execute("select reltuples from pg_class where oid = %s::regclass", [Text._meta.db_table])
        (rows,) = cursor.fetchone() or (0.0,)
    return min(HOT / rows, 1.0) if rows > 0 else 1.0


def _part_of(kind: str, asked: Plan) -> list[uuid.UUID]:
    by_uses = sorted((uses, one) for one, uses in asked.alone.items() if uses)
    if not by_uses:
        return []
    share = _share()
    rarest = [one for place, (uses, one) in enumerate(by_uses) if place == 0 or uses * share <= COMMON][:RAREST]
    values: dict[str, Any] = {
        "kind": kind, "alone": list(asked.alone), "rarest": " | ".join(rarest), "most": CANDIDATES,
        "least": -(-len(asked.alone) // 3),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(PART_OF, values)
        return [id_ for (id_,) in cursor.fetchall()]
