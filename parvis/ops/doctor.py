"""Looks at everything an installation needs, and says for each failure what to do."""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
from django.conf import settings
from django.core.mail import get_connection
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from parvis.cells import keys
from parvis.cells.errors import WrongKeys
from parvis.events.connections import open_connection
from parvis.events.counting import is_from_elsewhere
from parvis.events.queries import living_workers
from parvis.feed import encoding, nightly, openness, standing
from parvis.feed.kept import folder
from parvis.kit.clock import now
from parvis.ops.codecs import look_at_ffmpeg, look_at_pyav
from parvis.ops.finding import Finding, failed, fine, warned
from parvis.ops.health import ask_storage
from parvis.recommender.disk import Damaged
from parvis.recommender.encoder import files

GIGABYTE = 1_000_000_000
OLDEST_SERVER = 150_000
ENCODER_OLD_S = 2 * 86_400.0


@dataclass(frozen=True)
class Look:
    """One thing to look at; the findings come in order, and a look that breaks is a failure of its own."""

    name: str
    look: Callable[[], Iterator[Finding]]

    def findings(self) -> Iterator[Finding]:
        """What is found; never an exception."""
        try:
            yield from self.look()
        except Exception as error:  # noqa: BLE001 - the doctor goes on to the next
            yield failed(self.name, f"{type(error).__name__}: {error}", "See docs/howto/operate.md.")


def look_at_database() -> Iterator[Finding]:
    """Server, encoding, write-ahead log, tables, clock."""
    try:
        connection.ensure_connection()
    except Exception as error:  # noqa: BLE001 - psycopg, its pool or Django: it does not answer
        yield failed("database", f"does not answer: {error}", "Start it, or correct DATABASE_URL.")
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "select current_setting('server_version_num')::int, current_setting('server_version'), "
            "current_setting('server_encoding'), current_setting('wal_level'), clock_timestamp()"
        )
        number, version, encoding, wal_level, at = cursor.fetchone()
    if number < OLDEST_SERVER:
        yield failed("database", f"PostgreSQL {version}", "Use PostgreSQL 15 or newer.")
    else:
        yield fine("database", f"PostgreSQL {version}")
    if encoding != "UTF8":
        yield failed("database encoding", encoding, "Make the database anew with: create database … encoding 'UTF8'.")
    if wal_level != "logical":
        advice = "Set wal_level = logical and restart the server; carving markets out needs it."
        yield warned("database log", f"wal_level is {wal_level}", advice)
    yield from _look_at_tables()
    with open_connection() as link:
        if is_from_elsewhere(link):
            said = "the rows came from another server, and readers would miss what happens now"
            yield failed("readers", said, "Stop web servers, workers and learners, then run: parvis migrate")
    apart = abs((now() - at).total_seconds())
    if apart > 2:
        yield failed("time", f"{apart:.0f} s apart from the database", "Set both clocks by NTP.")
    else:
        yield fine("time", f"{now():%Y-%m-%d %H:%M:%S} UTC, as the database")


def _look_at_tables() -> Iterator[Finding]:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        yield failed("tables", f"{len(missing)} migrations are missing", "Run: parvis migrate")
    else:
        yield fine("tables", "up to date")


def look_at_open_role() -> Iterator[Finding]:
    """Feeds in order of time are read as a role that may read nothing private."""
    said = openness.trouble()
    if said:
        advice = (
            "Feeds in order of time work, without the proof that they read nothing private. As a superuser:"
            f" create role {openness.ROLE}; grant {openness.ROLE} to the user of DATABASE_URL. Then: parvis migrate"
        )
        yield warned("open role", said, advice)
    else:
        yield fine("open role", f"{openness.ROLE}: reads nothing private")


def look_at_storage() -> Iterator[Finding]:
    """Write, read and delete a file where media go."""
    place = f"bucket {settings.STORAGES['default']['OPTIONS'].get('bucket_name', '')}"
    if not place.removeprefix("bucket "):
        place = str(settings.STORAGES["default"]["OPTIONS"]["location"])
    advice = "Let Parvis write there, or correct PARVIS_DATA or the PARVIS_S3_ settings."
    try:
        said = ask_storage()
    except Exception as error:  # noqa: BLE001 - any storage, any error
        said = f"{type(error).__name__}: {error}"
    yield failed("storage", f"{place}: {said}", advice) if said else fine("storage", f"{place}: written, read, deleted")


def look_at_disk() -> Iterator[Finding]:
    """Free space where Parvis keeps its things."""
    free = shutil.disk_usage(_existing(Path(settings.PARVIS_DATA))).free / GIGABYTE
    said, advice = f"{free:.1f} GB free", "Free some, or move PARVIS_DATA to a larger disk."
    if free < 1:
        yield failed("disk", said, advice)
    else:
        yield warned("disk", said, advice) if free < 10 else fine("disk", said)


def look_at_keys() -> Iterator[Finding]:
    """The secret keys are there, and nobody else may read them."""
    folder = Path(settings.PARVIS_KEYS)
    if not folder.is_dir():
        yield failed(
            "keys", f"{folder} is missing", "Bring it back from the backup; on a new installation: parvis migrate"
        )
        return
    paths = [folder, *folder.rglob("*")]
    open_ones = [path for path in paths if path.stat().st_mode & 0o077]
    if open_ones:
        yield failed("keys", f"others may read {open_ones[0]}", f"Run: chmod -R go= {folder}")
    elif any(path.stat().st_uid != os.geteuid() for path in paths):
        yield warned("keys", f"{folder} belongs to another user", "Run Parvis as the owner of its folder.")
    else:
        yield fine("keys", f"{folder}: readable by this user only, fingerprint {keys.fingerprint()}")


def look_at_market_keys() -> Iterator[Finding]:
    """The key of each market with people is here, and opens what it sealed."""
    found = keys.homes()
    for home in found:
        try:
            keys.prove(home)
        except WrongKeys:
            advice = "Bring the folder of keys of the other machines here, or that of the backup."
            yield failed("market keys", f"that of {home} is missing here, or another sealed what is there", advice)
            return
    yield fine("market keys", f"{len(found)} open what they sealed")


def look_at_worker() -> Iterator[Finding]:
    """A worker that showed itself lately."""
    try:
        number = living_workers()
    except psycopg.Error:
        number = 0
    if number:
        yield fine("worker", f"{number} alive")
    else:
        yield warned("worker", "none alive: no clip is processed", "Start one: parvis work (parvis demo has its own)")


def look_at_learner() -> Iterator[Finding]:
    """What was learned is kept, and by whom. The feed goes on without: its servers then read rows when they start."""
    place = folder()
    heard, there = standing.heard(place), standing.kept(place)
    if heard is None or there.written_at is None:
        said = "nothing that was learned is kept on this machine"
        yield warned("learner", said, "Start one: parvis learn (parvis demo has its own)")
        return
    seen = f"kept {time.time() - there.written_at:.0f} s ago, {there.size / 1e6:.1f} MB"
    if heard.wrong_events or heard.begun_anew or heard.damaged_snapshots:
        seen += f"; {heard.wrong_events} of {heard.events} events were of no use, {heard.damaged_snapshots} snapshots"
        seen += f" damaged, begun anew from rows {heard.begun_anew} times"
    if heard.trouble:
        yield warned("learner", f"{heard.trouble}; {seen}", "Make room, or look at its log; it goes on by itself.")
    elif not heard.is_heard:
        yield warned("learner", f"not heard for {time.time() - heard.at:.0f} s; {seen}", "Start it: parvis learn")
    else:
        yield fine("learner", seen)


def look_at_encoder() -> Iterator[Finding]:
    """The nightly encoder, where an hour is set for it: trained lately, and whole."""
    if settings.PARVIS_ENCODER_HOUR is None:
        yield fine("encoder", "not used: PARVIS_ENCODER_HOUR is not set")
        return
    place = encoding.folder()
    before = nightly.last(place)
    try:
        made = files.told(place)
    except Damaged as error:
        yield warned("encoder", str(error), "Train it: parvis recommender train")
        return
    said = "no model yet"
    if made is not None:
        age = (time.time() - made.made_at) / 3600
        said = f"model {made.manifest.model[:16]} of {age:.0f} h ago, from {made.likings} likings"
    if before is not None and before[1]:
        yield warned("encoder", f"{said}; last time: {before[1]}", "See PARVIS_ENCODER_LIKINGS, _MINUTES, _MEBIBYTES.")
    elif made is None or time.time() - made.made_at > ENCODER_OLD_S:
        yield warned("encoder", said, "Train it: parvis recommender train; parvis learn does so each night.")
    else:
        yield fine("encoder", said)


def look_at_mail() -> Iterator[Finding]:
    """The mail server takes a connection."""
    if not settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        said = f"letters are written to {settings.EMAIL_FILE_PATH}"
        yield warned("e-mail", said, "Set PARVIS_EMAIL_URL to send them.")
        return
    try:
        with get_connection():
            yield fine("e-mail", f"{settings.EMAIL_HOST} answers")
    except OSError as error:
        yield failed("e-mail", f"{settings.EMAIL_HOST}: {error}", "Correct PARVIS_EMAIL_URL.")


def look_at_origin() -> Iterator[Finding]:
    """The address people use: passkeys and cookies hang on it."""
    origin = settings.PARVIS_ORIGIN
    local = origin.startswith(("http://localhost", "http://127.0.0.1"))
    if not local and origin.startswith("http:"):
        advice = "Put it behind HTTPS (deploy/) and set PARVIS_ORIGIN to https://…"
        yield failed("origin", f"{origin} is not HTTPS: browsers refuse passkeys there", advice)
    else:
        yield fine("origin", f"{origin}{' (this machine only)' if local else ''}")
    if settings.DEBUG and not local:
        yield failed("debug", "errors are shown to everybody", "Set PARVIS_DEBUG=no.")


def look_at_pages() -> Iterator[Finding]:
    """Static files are gathered."""
    if (Path(settings.STATIC_ROOT) / "staticfiles.json").is_file():
        yield fine("static files", "gathered")
    else:
        yield failed("static files", f"not gathered in {settings.STATIC_ROOT}", "Run: parvis migrate")


def look_at_feed() -> Iterator[Finding]:
    """The weights of For You."""
    weights = settings.PARVIS_FEED_WEIGHTS
    said = ", ".join(f"{name} {value:g}" for name, value in weights.items())
    if max(weights["skip"], weights["not interested"]) > 0:
        yield warned("feed", said, "Set no points above 0 for `skip` and `not interested` in PARVIS_FEED_WEIGHTS.")
    else:
        yield fine("feed", said)


def _existing(path: Path) -> Path:
    return path if path.exists() else _existing(path.parent)


LOOKS = (
    Look("database", look_at_database),
    Look("open role", look_at_open_role),
    Look("storage", look_at_storage),
    Look("disk", look_at_disk),
    Look("keys", look_at_keys),
    Look("market keys", look_at_market_keys),
    Look("ffmpeg", look_at_ffmpeg),
    Look("PyAV", look_at_pyav),
    Look("worker", look_at_worker),
    Look("learner", look_at_learner),
    Look("encoder", look_at_encoder),
    Look("e-mail", look_at_mail),
    Look("origin", look_at_origin),
    Look("static files", look_at_pages),
    Look("feed", look_at_feed),
)
