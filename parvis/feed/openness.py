"""The role that may read nothing private, under which a slate in order of time is read.

What it may read is granted column by column: published clips (the view `clips_open`), their files, their counts, and
one function that tells how a viewer chose to be served. So the database itself shows that nothing else was read.
A server where the role cannot be made goes on without this proof, and `parvis doctor` says so.
"""

import logging
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from django.db import DataError, ProgrammingError, connection, transaction

from parvis.feed.models import PERSONAL

log = logging.getLogger(__name__)

ROLE = "parvis_open"
# table or view -> the columns that the role may read.
READS = {
    "clips_open": (
        "id creator_id handle display_name avatar_key title caption tags mentions language alt duration_ms width height"
        " poster placeholder allow_comments allow_duet allow_download audience published_at is_covered"
        " is_for_adults"
    ),
    "clips_rendition": "clip_id file width height bytes retired_at",
    "clips_caption": "clip_id language file",
    "social_clipcounts": "clip_id likes comments shares",
}
ASKS = "feed_mode_of(uuid)"
# A role belongs to the whole server: another database of it may have made it, now or long ago. Who may not make one, or
# may not become it, changes nothing here.
MAKE = f"""
do $$ begin
  if not exists (select from pg_roles where rolname = '{ROLE}') then
    create role {ROLE} nologin;
  end if;
exception when duplicate_object or unique_violation or insufficient_privilege then null;
end $$;
do $$ begin
  if exists (select from pg_roles where rolname = '{ROLE}')
     and not (select rolsuper from pg_roles where rolname = current_user) then
    execute format('grant {ROLE} to %I', current_user);
  end if;
exception when insufficient_privilege then null;
end $$;
"""  # noqa: S608 - constants of ours, here and below
GRANT = f"""
do $$ begin
  if exists (select from pg_roles where rolname = '{ROLE}') then
    {" ".join(f"grant select ({', '.join(columns.split())}) on {name} to {ROLE};" for name, columns in READS.items())}
    grant execute on function {ASKS} to {ROLE};
  end if;
end $$;
"""


def prepare() -> None:
    """Make the role where that is allowed, and grant it what it may read. A second time changes nothing.

    Two grants on one table at once fail in PostgreSQL ("tuple concurrently updated"), so one waits for the other."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext(%s))", [ROLE])
        cursor.execute(MAKE)
        cursor.execute(GRANT)
    is_there.cache_clear()


def trouble() -> str:
    """Return why the role cannot be used on this database, in the server's words; "" if it can."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"set local role {ROLE}")
            cursor.execute(f"select has_function_privilege('{ASKS}', 'execute')")
            granted = cursor.fetchone() == (True,)
            cursor.execute("set local role none")
    except (DataError, ProgrammingError) as error:
        return str(error).splitlines()[0]
    return "" if granted else f"nothing is granted to {ROLE}"


@cache
def is_there() -> bool:
    """Whether this process may become the role. Asked once."""
    said = trouble()
    if said:
        log.warning("feeds in order of time are read without the open role: %s", said)
    return not said


@contextmanager
def reading() -> Iterator[None]:
    """Within it this thread's connection may read nothing private; where the role is missing, it reads as ever."""
    if not is_there():
        yield
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"set local role {ROLE}")  # an error rolls this back with the rest
        yield
        cursor.execute("set local role none")


def mode_of(pseudonym: uuid.UUID) -> tuple[str, int | None]:
    """Return how a viewer chose to be served: the mode, and the minutes a day after which the feed ends."""
    with reading(), connection.cursor() as cursor:
        cursor.execute("select mode, minutes from feed_mode_of(%s)", [pseudonym])
        mode, minutes = cursor.fetchone() or (PERSONAL, None)
    return mode, minutes
