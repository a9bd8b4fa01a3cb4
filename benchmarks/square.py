"""A large square for the benchmarks of the feed: an installation of its own with many clips, people and watches.

Rows are copied inside the database from one row that the product itself made, so they are complete whatever columns
there are; what differs from row to row is given as SQL. The server runs with two processes, as `parvis serve` runs it.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from datetime import date
from pathlib import Path
from typing import Any

import psycopg

from parvis.project.postgres import Cluster
from tests.installation import OWN, free_port

MARKETS = "array['US','FR','DE','JP','BR','CA','GB','ES','IT','MX']"
LANGUAGES = "array['en','fr','de','ja','pt','en','en','es','it','es']"
SECRET = "only-for-benchmarks-" * 3
TAGS = 800


class Square:
    """An installation in `folder` with `clips` clips by 2,000 creators and `people` viewers with 40 watches each."""

    def __init__(self, folder: Path, *, clips: int, people: int) -> None:
        self.folder, self.clips, self.people = folder, clips, people
        self.port = free_port()
        self.cluster = Cluster(folder / "data" / "pg")
        self.server: subprocess.Popen[bytes] | None = None
        self.started = 0  # processes whose feed was ready, of all servers so far
        self.viewers: list[tuple[uuid.UUID, uuid.UUID, str, str]] = []  # person, pseudonym, home, language

    @property
    def environment(self) -> dict[str, str]:
        """The environment of the server: ours, less what belongs to another installation."""
        mine = {name: value for name, value in os.environ.items() if name not in OWN}
        return {
            **mine, "PARVIS_DATA": str(self.folder / "data"), "PARVIS_SECRET_KEY": SECRET, "PARVIS_RATE_LIMITS": "no",
            "DATABASE_URL": self.cluster.url, "PARVIS_ORIGIN": f"http://localhost:{self.port}",
        }  # fmt: skip

    def make(self) -> None:
        """Start the database, migrate and fill it; set Django up in this process too."""
        self.cluster.start()
        os.environ.update(self.environment)
        os.environ["DJANGO_SETTINGS_MODULE"] = "parvis.project.settings"
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        self._fill()

    def serve(self, *, workers: int = 2, threads: int = 24, wait_s: float = 400.0) -> None:
        """Start the web server and wait until it answers slates."""
        with (self.folder / "serve.log").open("ab") as log:
            self.server = subprocess.Popen(
                [sys.executable, "-m", "parvis", "serve", "--port", str(self.port), "--workers", str(workers),
                 "--threads", str(threads)],
                env=self.environment, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                start_new_session=True,
            )  # fmt: skip
        deadline = time.monotonic() + wait_s
        ready = 0
        while ready < 3 * workers:  # each process makes its own state at its first slate
            ready = ready + 1 if self._answers() else 0
            self._check(deadline)
        while (self.folder / "serve.log").read_text().count("cards are at hand") < self.started + workers:
            self._check(deadline)
        self.started += workers

    def _check(self, deadline: float) -> None:
        if self.server is None or time.monotonic() > deadline or self.server.poll() is not None:
            raise RuntimeError(f"no server:\n{(self.folder / 'serve.log').read_text()[-3000:]}")
        time.sleep(0.2)

    def kill_server(self) -> None:
        """kill -9 all processes of the web server."""
        if self.server is not None:
            os.killpg(self.server.pid, signal.SIGKILL)
            self.server.wait()
            self.server = None
            time.sleep(0.5)

    def kill_database(self) -> None:
        """kill -9 all processes of the database server; then start it again."""
        with psycopg.connect(self.cluster.url) as connection:
            pids = [pid for (pid,) in connection.execute("select pid from pg_stat_activity where pid is not null")]
        path = self.cluster._place() / "data" / "postmaster.pid"
        for pid in (int(path.read_text().split()[0]), *pids):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        time.sleep(0.5)
        self.cluster.start()

    def cpu_seconds(self) -> float:
        """Return the processor time that web server and database have used so far."""
        postmaster = int((self.cluster._place() / "data" / "postmaster.pid").read_text().split()[0])
        return cpu_seconds(self.server.pid if self.server else 0) + cpu_seconds(postmaster)

    def stop(self) -> None:
        """Stop everything and remove the folder."""
        self.kill_server()
        self.cluster.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def cookie(self, number: int) -> str:
        """The signed viewer cookie of one of the people."""
        from parvis.accounts.viewer import ADULT, COOKIE, Viewer, encode

        person, pseudonym, home, language = self.viewers[number % len(self.viewers)]
        viewer = Viewer(pseudonym, home, language, person, handle=f"viewer{number}", age_band=ADULT)
        return f"{COOKIE}={encode(viewer)}"

    def _answers(self) -> bool:
        address = f"http://127.0.0.1:{self.port}/feed/slate?n=1"
        request = urllib.request.Request(address, headers={"Cookie": self.cookie(0), "Connection": "close"})
        try:
            with urllib.request.urlopen(request, timeout=300) as answer:
                return bool(answer.status == 200)
        except (OSError, urllib.error.URLError):
            return False

    def _fill(self) -> None:
        from parvis.accounts.actions import open_account
        from parvis.accounts.models import Person
        from parvis.clips.models import Clip, Rendition
        from parvis.kit.clock import now

        first = open_account(handle="template", birth_date=date(1990, 1, 1), home="US", language="en")
        clip = Clip.objects.create(
            home="US", creator=first, processing="ready", publication="published", playable_at=now(),
            received_at=now(), published_at=now(), title="On old stones", caption="Dance on old stones. " * 6,
            tags=["template"], language="en", duration_ms=9000, width=720, height=1280, poster="poster.jpg",
            placeholder="data:image/webp;base64," + "A" * 400, alt="Somebody dances on the stones of a square.",
        )  # fmt: skip
        rendition = Rendition.objects.create(
            home="US", creator=first, clip=clip, name="360", file="360.mp4", width=360, height=640, bytes=700_000,
            bit_rate=900_000, fps=30.0,
        )  # fmt: skip
        with psycopg.connect(self.cluster.url, autocommit=True) as connection:
            connection.execute("select setseed(0.5)")
            connection.execute("set synchronous_commit to off")
            connection.execute("set work_mem to '64MB'")
            copy_rows(connection, Person, first.id, f"generate_series(1, {2000 + self.people}) as n", {
                "id": "uuidv7()", "home": f"({MARKETS})[1 + mod(n, 10)]", "language": f"({LANGUAGES})[1 + mod(n, 10)]",
                "handle": "'person' || n", "display_name": "'Person ' || n",
            })  # fmt: skip
            connection.execute(
                "create table makers as select id, home, language, row_number() over (order by id) as n"
                " from accounts_person where handle like 'person%' order by id limit 2000"
            )
            connection.execute("create index on makers (n)")
            self._clips(connection, clip.id)
            self._renditions(connection, rendition.id)
            self._viewers(connection)
            connection.execute("vacuum analyze")

    def _clips(self, connection: "psycopg.Connection[Any]", clip: uuid.UUID) -> None:
        """Make the clips: few creators post much, tags are of very different size, the newest is of now."""
        from parvis.clips.models import Clip

        tag = f"'tag' || floor({TAGS} * random() ^ 2)::int"
        source = (
            f"generate_series(1, {self.clips}) as s, lateral (select random() as r, s as _) as d,"
            " lateral (select * from makers where n = 1 + floor(2000 * d.r ^ 1.5)::int) as m"
        )
        copy_rows(connection, Clip, clip, source, {
            "id": "uuidv7()", "home": "m.home", "creator_id": "m.id", "language": "m.language",
            "published_at": f"now() - interval '30 days' * (1 - s::float8 / {self.clips})",
            "duration_ms": "5000 + floor(40000 * random() ^ 2)::int", "title": "'Clip ' || s",
            "tags": f"array[{tag}, {tag}, {tag}]",
        })  # fmt: skip

    def _renditions(self, connection: "psycopg.Connection[Any]", rendition: uuid.UUID) -> None:
        from parvis.clips.models import Rendition

        source = (
            "(select * from clips_clip where title <> 'On old stones') as c,"
            " (values ('540', 540, 960), ('720', 720, 1280), ('360', 360, 640)) as v(n, w, h)"
        )
        copy_rows(connection, Rendition, rendition, source, {
            "id": "uuidv7()", "home": "c.home", "creator_id": "c.creator_id", "clip_id": "c.id", "name": "v.n",
            "file": "v.n || '.mp4'", "width": "v.w", "height": "v.h",
        })  # fmt: skip

    def _viewers(self, connection: "psycopg.Connection[Any]") -> None:
        rows = connection.execute(
            "select id, home, language from accounts_person where handle like 'person%' order by id offset 2000"
        ).fetchall()
        self.viewers = [
            (person, uuid.UUID(int=person.int ^ (1 << 70)), home, language) for person, home, language in rows
        ]
        connection.execute("create table watchers (n serial, id uuid, pseudonym uuid, home text)")
        with connection.cursor() as cursor, cursor.copy("copy watchers (id, pseudonym, home) from stdin") as copy:
            for person, pseudonym, home, _ in self.viewers:
                copy.write_row((person, pseudonym, home))
        connection.execute("create table shown as select id, row_number() over (order by id) as n from clips_clip")
        connection.execute("create index on shown (n)")
        connection.execute(
            """insert into feed_watch (id, home, pseudonym, position, clip, kind, watched_ms, loops, at)
               select uuidv7(), w.home, w.pseudonym, 0, c.id, case when r.r < 0.4 then 'skip' else 'watch' end,
                 floor(12000 * r.r ^ 2)::int, 0, now() - interval '10 days' * random()
               from watchers as w, generate_series(1, 40) as s, lateral (select random() as r, w.n + s as _) as r,
                 lateral (select id from shown where n = 1 + floor(%s * (r.r * 7919 - floor(r.r * 7919)))::int) as c""",
            [self.clips],
        )
        connection.execute(
            """insert into social_follow (id, home, follower_id, followed_id, state)
               select uuidv7(), w.home, w.id, m.id, 'accepted' from watchers as w, generate_series(1, 10) as s,
                 lateral (select id from makers where n = 1 + mod(w.n * 37 + s * 101, 2000)) as m
               on conflict do nothing"""
        )


def copy_rows(
    connection: "psycopg.Connection[Any]", model: Any, template: uuid.UUID, source: str, columns: dict[str, str]
) -> None:
    """Insert a row of `model` for each row of `source` (SQL), as the row `template` but for `columns` (SQL)."""
    names = [field.column for field in model._meta.concrete_fields]
    values = [columns.get(name, f't."{name}"') for name in names]
    quoted = ", ".join(f'"{name}"' for name in names)
    table = model._meta.db_table
    connection.execute(
        f'insert into "{table}" ({quoted}) select {", ".join(values)} from "{table}" as t, {source}'
        f" where t.id = '{template}'"
    )


def cpu_seconds(root: int) -> float:
    """Return the processor time of a process and all its living descendants; 0 where there is no /proc."""
    rows: dict[int, tuple[int, int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        rows[int(path.parent.name)] = (int(fields[1]), int(fields[11]) + int(fields[12]))
    family, grown = {root}, True
    while grown:
        more = {pid for pid, (parent, _) in rows.items() if parent in family} - family
        family, grown = family | more, bool(more)
    return sum(rows[pid][1] for pid in family if pid in rows) / os.sysconf("SC_CLK_TCK")
