"""Keeping what is looked up as it is elsewhere. Each may run again at any time: it writes what is so now.

One runs at a time, by a lock in the database: the uses of a word are counted by what is new in each text.
"""

import uuid
from collections import Counter
from collections.abc import Collection, Iterable
from math import log2

from django.db import connection, transaction

from parvis.accounts.models import Person
from parvis.clips.models import Clip
from parvis.kit.ids import uuid7
from parvis.search.models import CLIP, PERSON, TAG
from parvis.search.sources import clips_to_find, people_to_find
from parvis.search.words import near, normal, terms
from parvis.social.models import ClipCounts, PersonCounts

LOCK = "select pg_advisory_xact_lock(hashtext('search_text'))"
KNOWN = "select id, tsvector_to_array(words) from search_text where id = any(%s)"
STORE = """
insert into search_text (id, kind, words, worth, hot)
select id, %s, words::tsvector, worth, true from unnest(%s::uuid[], %s::text[], %s::float8[]) as new (id, words, worth)
on conflict (id) do update set words = excluded.words, worth = excluded.worth
where search_text.words <> excluded.words or abs(search_text.worth - excluded.worth) > 0.1
"""
COUNT = """
insert into search_word as w (id, kind, word, uses, near)
select id, kind, word, uses, string_to_array(near, ' ')
from unnest(%s::uuid[], %s::text[], %s::text[], %s::int[], %s::text[]) as new (id, kind, word, uses, near)
on conflict (kind, word) do update set uses = w.uses + excluded.uses
"""
TAG_PREFIX = "#"  # in the words of a text a tag stands twice: as its terms, and whole, so that its uses can be counted

Weighted = dict[str, str]  # term -> weight: "A", "B" or "D"


@transaction.atomic
def keep_clips(ids: Collection[uuid.UUID]) -> None:
    """Bring what is looked up of some clips up to date; of those that not everybody may see nothing is kept."""
    found = {clip.id: clip for clip in clips_to_find(ids)}
    counts = {row.clip_id: row for row in ClipCounts.objects.filter(clip_id__in=found)}
    texts = {id_: (words_of_clip(clip), worth_of_clip(clip, counts.get(id_))) for id_, clip in found.items()}
    _keep(CLIP, ids, texts)


@transaction.atomic
def keep_people(ids: Collection[uuid.UUID]) -> None:
    """Bring what is looked up of some people up to date; of those who left nothing is kept."""
    found = {person.id: person for person in people_to_find(ids)}
    counts = dict(PersonCounts.objects.filter(person_id__in=found).values_list("person_id", "followers"))
    texts = {id_: (words_of_person(person), log2(1 + max(counts.get(id_, 0), 0))) for id_, person in found.items()}
    _keep(PERSON, ids, texts)


def words_of_clip(clip: Clip) -> Weighted:
    """Return the terms of a clip with their weights."""
    tags = {TAG_PREFIX + normal(tag): "B" for tag in clip.tags}
    return {
        **dict.fromkeys(terms(clip.caption), "D"),
        **dict.fromkeys(terms(" ".join(clip.tags)), "B"),
        **dict.fromkeys(terms(clip.title), "A"),
        **tags,
    }


def words_of_person(person: Person) -> Weighted:
    """Return the terms of a person with their weights."""
    handle = normal(person.handle)
    return {
        **dict.fromkeys(terms(person.bio), "D"),
        **dict.fromkeys([handle, *terms(handle.replace("_", " ").replace(".", " "))], "A"),
        **dict.fromkeys(terms(person.display_name), "A"),
    }


def worth_of_clip(clip: Clip, counts: ClipCounts | None) -> float:
    """Return how much a clip is worth: what people made of it, doubled each thirty days that it is younger."""
    acts = 1 + counts.likes + 2 * counts.comments + 3 * counts.shares if counts else 1
    published = clip.published_at.timestamp() if clip.published_at else 0.0
    return log2(acts) + published / (30 * 86_400)


def _keep(kind: str, ids: Iterable[uuid.UUID], texts: dict[uuid.UUID, tuple[Weighted, float]]) -> None:
    ids = list(ids)
    with connection.cursor() as cursor:
        cursor.execute(LOCK)
        cursor.execute(KNOWN, [ids])
        before = {id_: set(words) for id_, words in cursor.fetchall()}
        uses: Counter[str] = Counter()
        for id_ in ids:
            after = set(texts[id_][0]) if id_ in texts else set()
            uses.update(after - before.get(id_, set()))
            uses.subtract(before.get(id_, set()) - after)
        if gone := [id_ for id_ in before if id_ not in texts]:
            cursor.execute("delete from search_text where id = any(%s)", [gone])
        if texts:
            columns = zip(*((id_, vector(words), worth) for id_, (words, worth) in texts.items()), strict=True)
            cursor.execute(STORE, [kind, *map(list, columns)])
    _count(kind, {word: by for word, by in uses.items() if by})


def _count(kind: str, uses: dict[str, int]) -> None:
    rows = []
    for word, by in sorted(uses.items()):
        bare = word.removeprefix(TAG_PREFIX)
        rows.append((uuid7(), kind if word == bare else TAG, bare, by, " ".join(near(bare))))
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(COUNT, [list(column) for column in zip(*rows, strict=True)])


def vector(words: Weighted) -> str:
    """Return terms as the text of a tsvector. They hold letters, digits, marks and # only: nothing to be escaped."""
    return " ".join(f"'{word}':1{weight}" for word, weight in words.items())
