"""Search over a million clips' texts: how long a query takes, and how many of a hundred mistaken ones find their clip.

Texts are made of words drawn as words are used (Zipf), in ten scripts; a hundred real titles are among them. Every
query is asked as the page asks it: spelling, texts, and the cards of what was found. Beside it what the peers do: one
`ILIKE '%query%'` over title and caption (Loops), and PostgreSQL's own word similarity by trigrams (PeerTube).
"""

import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.report import report
from benchmarks.square import Square

SMALL = os.environ.get("SCALE") == "small"
CLIPS = 20_000 if SMALL else 1_000_000
QUERIES = 100 if SMALL else 400
WORDS = 3_000 if SMALL else 60_000
PEERS = 20


def letters(dice: random.Random, alphabet: str) -> str:
    """Return a made-up word."""
    return "".join(dice.choices(alphabet, k=dice.randint(3, 10)))


def fill(square: Square) -> list[str]:
    """Give every clip a title and a caption, keep what is looked up, and return words that are there, common first."""
    import psycopg

    from parvis.search.tests.planted import TITLES

    dice = random.Random(4)
    alphabets = ["".join(sorted({letter for title in titles for letter in title if letter.isalpha()}))
                 for titles in TITLES.values()]  # fmt: skip
    words = [letters(dice, alphabets[number % len(alphabets)]) for number in range(WORDS)]
    with psycopg.connect(square.cluster.url, autocommit=True) as connection:
        connection.execute("set synchronous_commit to off")
        connection.execute("create table lexicon (n int primary key, word text)")
        with connection.cursor() as cursor, cursor.copy("copy lexicon from stdin") as copy:
            for number, word in enumerate(words):
                copy.write_row((number, word))
        connection.execute(
            "update clips_clip set tags = '{}', title = made.title, caption = made.caption from ("
            " select id, string_agg(word, ' ') filter (where place < 4) as title,"
            " string_agg(word, ' ') filter (where place >= 4) as caption from ("
            "  select c.id, s.n as place, floor(%s ^ random() - 1)::int as n"
            "  from clips_clip as c, generate_series(1, 15) as s(n)) as drawn join lexicon using (n) group by id"
            " ) as made"
            " where made.id = clips_clip.id",
            [WORDS],
        )
        titles = [title for each in TITLES.values() for title in each]
        connection.execute(
            "update clips_clip as c set title = t.title from (select id, row_number() over (order by id) as n from"
            " (select id from clips_clip limit 100) as c) as r,"
            " unnest(%s::text[]) with ordinality as t(title, n) where r.n = t.n and r.id = c.id",
            [titles],
        )
        connection.execute("vacuum analyze clips_clip")
    return words


def look_up() -> float:
    """Keep what is looked up of all clips, as the worker's round does; return how many clips a second."""
    from parvis.search.reconcilers import Round

    began, work = time.monotonic(), Round()
    while work.step():
        pass
    return CLIPS / (time.monotonic() - began)


def timed(ask: Callable[[str], object], queries: list[str]) -> list[float]:
    """Return how long each query took, in milliseconds."""
    taken = []
    for query in queries:
        began = time.perf_counter()
        ask(query)
        taken.append(1000 * (time.perf_counter() - began))
    return sorted(taken)


def measure(words: list[str]) -> dict[str, float]:
    """Return the figures."""
    from django.db import connection

    from parvis.accounts.viewer import anonymous
    from parvis.search.queries import for_viewer
    from parvis.search.tests.planted import mistaken

    door = for_viewer(anonymous("FR", "fr"))
    dice = random.Random(5)
    drawn = [words[int(WORDS ** dice.random() - 1)] for _ in range(2 * QUERIES)]
    mixed = [drawn[n] if n % 2 else f"{drawn[n]} {drawn[n + QUERIES]}" for n in range(QUERIES)]
    typed = [word[: max(2, len(word) // 2)] for word in drawn[:QUERIES]]
    planted = list(mistaken())
    timed(door.clips, mixed[:20])
    right = sum(title in [card.title for card in door.clips(query).cards[:3]] for _, title, query in planted)
    whole, begun = timed(door.clips, mixed), timed(door.clips, typed)
    wrong = timed(door.clips, [query for _, _, query in planted])
    with connection.cursor() as cursor:

        def like(query: str) -> None:
            cursor.execute("select id from clips_clip where title || ' ' || caption ilike %s limit 24", [f"%{query}%"])

        scanned = timed(like, mixed[:PEERS])
    everything = sorted([*whole, *begun, *wrong])
    return {
        "found_of_100_mistaken": right,
        "p50_ms": round(statistics.median(everything), 1),
        "p95_ms": round(everything[int(0.95 * len(everything))], 1),
        "p95_ms_words": round(whole[int(0.95 * len(whole))], 1),
        "p95_ms_beginnings": round(begun[int(0.95 * len(begun))], 1),
        "p95_ms_mistaken": round(wrong[int(0.95 * len(wrong))], 1),
        "ilike_p50_ms": round(statistics.median(scanned), 1),
        "clips": CLIPS,
    }


def main() -> None:
    """Run and report."""
    with tempfile.TemporaryDirectory(prefix="parvis-search-") as folder:
        square = Square(Path(folder) / "square", clips=CLIPS, people=10)
        try:
            square.make()
            words = fill(square)
            print("clips have their words", flush=True)
            kept = look_up()
            print(f"{kept:.0f} clips a second are kept", flush=True)
            figures = measure(words) | {"kept_per_second": round(kept)}
        finally:
            square.stop()
    report("search", figures, {"p95_ms": ("<", 50.0), "found_of_100_mistaken": (">=", 95)})


if __name__ == "__main__":
    main()
