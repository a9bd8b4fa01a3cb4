"""The following feed of somebody who follows a thousand, and a post of somebody whom a million follow.

Slates of the following feed are asked for over one connection, page after page, by people who follow 10, 100 and 1,000
of two thousand creators. Then creators with 10,000, 100,000 and 1,000,000 followers publish: how long the action takes,
how long the workers' share of it, and how long until a follower's feed has it. Nothing is written for each follower;
the lists of followers are measured beside it, since they are what grows.
"""

import os
import statistics
import tempfile
import time
import urllib.request
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

from benchmarks.feed import NEXT, sound
from benchmarks.load import Line, Result, connect, run
from benchmarks.report import report
from benchmarks.square import Square, copy_rows

SMALL = os.environ.get("SCALE") == "small"
CLIPS = 20_000 if SMALL else 300_000
FOLLOWED = (10, 100, 1_000)
FOLLOWERS = (100, 1_000, 10_000) if SMALL else (10_000, 100_000, 1_000_000)
ROUNDS, ROUND_S = (2, 1.5) if SMALL else (4, 5.0)
POSTS = 5 if SMALL else 40
PAGES = 20  # of a reader in a row, before they open the feed anew
DEADLINE_S = 30.0


def enter(handle: str) -> Any:
    """Open an account."""
    from parvis.accounts.actions import open_account

    return open_account(handle=handle, birth_date=date(1990, 1, 1), home="FR", language="en")


def follow_rows(connection: "psycopg.Connection[Any]", follower: str, followed: str, source: str) -> None:
    """Insert both copies of follows; `follower`, `followed` and `source` are SQL."""
    for table, first, second in (("social_follow", "follower_id", "followed_id"),
                                 ("social_follower", "follower_id", "person_id")):  # fmt: skip
        connection.execute(
            f"insert into {table} (id, home, {first}, {second}, state)"
            f" select uuidv7(), 'FR', {follower}, {followed}, 'accepted' from {source}"
        )


def fill(square: Square) -> tuple[list[int], list[Any]]:
    """Make readers and stars; return the readers' numbers in the square's viewers, and the stars."""
    from parvis.accounts.models import Person
    from parvis.cells.keys import pseudonym
    from parvis.social.models import PersonCounts

    readers, stars = [], [enter(f"star{count}") for count in FOLLOWERS]
    with psycopg.connect(square.cluster.url, autocommit=True) as connection:
        connection.execute("set synchronous_commit to off")
        template = Person.objects.get(handle="template")
        copy_rows(connection, Person, template.id, f"generate_series(1, {max(FOLLOWERS)}) as n", {
            "id": "uuidv7()", "home": "'FR'", "handle": "'fan' || n", "display_name": "'Fan ' || n",
        })  # fmt: skip
        connection.execute(
            "create table fans as select id, row_number() over (order by id) as n from accounts_person"
            " where handle like 'fan%'"
        )
        for star, count in zip(stars, FOLLOWERS, strict=True):
            follow_rows(connection, "fans.id", f"'{star.id}'", f"fans where n <= {count}")
            PersonCounts.objects.create(person_id=star.id, followers=count)
            _drafts(connection, star)
        for count in FOLLOWED:
            reader = enter(f"reader{count}")
            follow_rows(connection, f"'{reader.id}'", "makers.id", f"makers where mod(n * 7919, 2000) < {count}")
            readers.append(len(square.viewers))
            square.viewers.append((reader.id, pseudonym(reader.id), "FR", "en"))
            for star in stars:
                follow_rows(connection, f"'{reader.id}'", f"'{star.id}'", "(select 1) as once")
        connection.execute("vacuum analyze")
    return readers, stars


def _drafts(connection: "psycopg.Connection[Any]", star: Any) -> None:
    """Clips of a star that can be played and are not published yet."""
    from parvis.clips.models import Clip, Rendition

    clip = Clip.objects.get(title="On old stones", creator__handle="template")
    copy_rows(connection, Clip, clip.id, f"generate_series(1, {POSTS}) as n", {
        "id": "uuidv7()", "home": "'FR'", "creator_id": f"'{star.id}'",
        "publication": "'draft'", "published_at": "null",
        "title": "''", "caption": "''", "alt": "''", "tags": "'{}'",
    })  # fmt: skip
    rendition = Rendition.objects.get(clip=clip)
    copy_rows(connection, Rendition, rendition.id, f"(select id from clips_clip where creator_id = '{star.id}') as c", {
        "id": "uuidv7()", "home": "'FR'", "creator_id": f"'{star.id}'", "clip_id": "c.id",
    })  # fmt: skip


class Reader:
    """The requests of somebody who pages through the following feed, and now and then opens it anew."""

    def __init__(self, square: Square, number: int) -> None:
        self.tail = (
            f" HTTP/1.1\r\nHost: localhost:{square.port}\r\nCookie: {square.cookie(number)}\r\n"
            "Accept: application/json\r\n\r\n"
        ).encode()
        self.after, self.asked = b"", 0
        self.lines: list[Line] = connect(square.port, 1)

    def next(self, _connection: int) -> tuple[int, bytes]:
        """Return the request for the next page."""
        self.asked += 1
        after = b"&after=" + self.after if self.after and self.asked % PAGES else b""
        return 0, b"GET /feed/slate?feed=following&n=8" + after + self.tail

    def done(self, _number: int, _head: bytes, body: bytes) -> None:
        """Remember where the page ended."""
        at = body.find(NEXT)
        self.after = body[at + len(NEXT) : body.index(b'"', at + len(NEXT))] if at > 0 else b""

    def ask(self, seconds: float) -> Result:
        """Ask for page after page."""
        result = run(self.lines, seconds, 1, self.next, self.done)
        sound(result)
        return result


def read(square: Square, numbers: list[int]) -> dict[str, float]:
    """Return the figures of the readers."""
    readers = [Reader(square, number) for number in numbers]
    for reader in readers:
        reader.ask(1.0)
    results: list[list[Result]] = [[] for _ in readers]
    for _ in range(ROUNDS):  # in turns, so that what else happens on the machine hits all alike
        for reader, mine in zip(readers, results, strict=True):
            mine.append(reader.ask(ROUND_S))
    figures = {}
    for count, mine in zip(FOLLOWED, results, strict=True):
        merged = Result(latencies=[latency for result in mine for latency in result.latencies])
        figures[f"slate_p50_ms_{count}"] = round(merged.quantile_ms(0.5), 2)
        figures[f"slate_p99_ms_{count}"] = round(merged.quantile_ms(0.99), 2)
    figures["slate_growth"] = round(figures[f"slate_p50_ms_{FOLLOWED[-1]}"] / figures[f"slate_p50_ms_{FOLLOWED[0]}"], 2)
    return figures


def timed(act: Callable[[], object]) -> float:
    """Return how many milliseconds it took."""
    began = time.perf_counter()
    act()
    return 1000 * (time.perf_counter() - began)


def work() -> None:
    """Do what workers do with what happened."""
    from parvis.project.worker import SUBSCRIBERS

    for subscriber in SUBSCRIBERS:
        while subscriber.step():
            pass


def wait_until_seen(square: Square, number: int, clip: UUID) -> None:
    """Ask for the newest of the reader's following feed until the clip is in it."""
    address = f"http://127.0.0.1:{square.port}/feed/slate?feed=following&n=8"
    headers = {"Cookie": square.cookie(number), "Host": f"localhost:{square.port}", "Connection": "close"}
    deadline = time.monotonic() + DEADLINE_S
    while time.monotonic() < deadline:
        with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=30) as answer:
            if str(clip).encode() in answer.read():
                return
        time.sleep(0.02)
    raise RuntimeError("the clip is not in the feed of a follower")


def post(square: Square, reader: int, stars: list[Any]) -> dict[str, float]:
    """Return the figures of the stars: they publish in turns."""
    from parvis.clips.actions import publish
    from parvis.clips.models import Clip
    from parvis.social.queries import for_viewer

    work()
    taken: dict[str, list[float]] = {}
    drafts = {star.id: list(Clip.objects.filter(creator=star).values_list("id", flat=True)) for star in stars}
    for n in range(POSTS):
        for star, count in zip(stars, FOLLOWERS, strict=True):
            clip, me = drafts[star.id][n], _viewer(star)
            steps: dict[str, Callable[[], object]] = {
                "post": partial(publish, creator=star.id, clip_id=clip),
                "seen": partial(wait_until_seen, square, reader, clip),
                "work": work,
                "followers": partial(for_viewer(me).followers_of, star),
            }
            for what, step in steps.items():
                taken.setdefault(f"{what}_{count}", []).append(timed(step))
    figures = {}
    for name, times in taken.items():
        what, _, count = name.partition("_")
        ordered = sorted(times)
        figures[f"{what}_p50_ms_{count}"] = round(statistics.median(ordered), 2)
        figures[f"{what}_p99_ms_{count}"] = round(ordered[min(len(ordered) - 1, int(0.99 * len(ordered)))], 2)
    return figures


def _viewer(person: Any) -> Any:
    from parvis.accounts.viewer import ADULT, Viewer
    from parvis.cells.keys import pseudonym

    return Viewer(pseudonym(person.id), person.home, "en", person.id, handle=person.handle, age_band=ADULT)


def main() -> None:
    """Run and report."""
    with tempfile.TemporaryDirectory(prefix="parvis-following-") as folder:
        square = Square(Path(folder) / "square", clips=CLIPS, people=10)
        try:
            began = time.monotonic()
            square.make()
            readers, stars = fill(square)
            print(f"{CLIPS} clips and {sum(FOLLOWERS)} follows made in {time.monotonic() - began:.0f} s", flush=True)
            square.serve(wait_s=1_500.0)
            figures = read(square, readers)
            print(figures, flush=True)
            figures |= post(square, readers[0], stars)
        finally:
            square.stop()
    few, many = FOLLOWERS[0], FOLLOWERS[-1]
    for what in ("post", "work", "followers"):
        figures[f"{what}_growth"] = round(figures[f"{what}_p50_ms_{many}"] / figures[f"{what}_p50_ms_{few}"], 2)
    bars = {f"{what}_growth": ("<=", 3.0) for what in ("slate", "post", "work", "followers")}
    report("following", figures | {"clips": CLIPS}, bars)


if __name__ == "__main__":
    main()
