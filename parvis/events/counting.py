"""Rows that came from another server. Readers go by the transactions that wrote them (`Event`), and each server counts
its own: what came with larger numbers would hide all that is written from then on.

`count_anew` makes every row one of the present transaction, and puts each reader before the first event that it had not
read.
"""

from typing import Any, Final

import psycopg
from psycopg import sql

COUNTED: Final = """
select c.relname from pg_attribute a join pg_class c on c.oid = a.attrelid
where a.attname = 'xid' and a.atttypid = 'xid8'::regtype and not a.attisdropped
  and c.relkind = 'r' and c.relnamespace = 'public'::regnamespace
order by c.relname
"""
AHEAD: Final = "select exists (select from {} where xid >= pg_snapshot_xmax(pg_current_snapshot()))"
# A reader stands before the first event that it had not read; one that had read all stands at the last.
READERS: Final = """
update events_cursor c set xid = pg_current_xact_id(), event = coalesce(
  (select e.id from events_event e
   where e.id < coalesce((select n.id from events_event n where (n.xid, n.id) > (c.xid, c.event) order by n.id limit 1),
                         'ffffffff-ffff-ffff-ffff-ffffffffffff')
   order by e.id desc limit 1),
  '00000000-0000-0000-0000-000000000000')
"""


def is_from_elsewhere(link: "psycopg.Connection[Any]") -> bool:
    """Whether there are rows of transactions that this server has still to count."""
    tables = [table for (table,) in link.execute(COUNTED).fetchall()]
    asked = (link.execute(sql.SQL(AHEAD).format(sql.Identifier(table))).fetchone() for table in tables)
    return any(row is not None and row[0] for row in asked)


def count_anew(link: "psycopg.Connection[Any]") -> None:
    """Make every row one of this transaction. Nothing may write meanwhile: no web server or worker is to run."""
    link.execute(READERS)  # first: it goes by the numbers as they were
    for (table,) in link.execute(COUNTED).fetchall():
        if table != "events_cursor":
            link.execute(sql.SQL("update {} set xid = pg_current_xact_id()").format(sql.Identifier(table)))
