"""The one statement by which slates and watches are kept, and its parameters as bytes."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

# All is one statement, so it is one transaction and one round trip. Arrays come as text, for the columns hold ids,
# numbers and words of ours only, and building text is a tenth of the cost of adapting lists; what is long comes as the
# server keeps it: clips ($9, of all slates in a row) and traces ($10).
# A row that is to be closed and was inserted by the very same statement stays open, which the model allows for.
SLATE_COLUMNS, WATCH_COLUMNS, CLOSED_COLUMNS = 8, 10, 3
TEXT, BINARY = 0, 1
FORMATS = (TEXT,) * SLATE_COLUMNS + (BINARY, BINARY) + (TEXT,) * (WATCH_COLUMNS + 1 + CLOSED_COLUMNS)
STORE = """
with slates as (
  insert into feed_slate (id, home, pseudonym, feed, clips, recipe, trace, is_open)
  select id, home, pseudonym, feed, ($9::uuid[])[first:last], recipe, trace, is_open
  from unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::bigint[], $6::bool[], $7::int[], $8::int[],
              $10::bytea[])
    as new (id, home, pseudonym, feed, recipe, is_open, first, last, trace)
  on conflict do nothing
), closed as (
  update feed_slate set is_open = false, xid = pg_current_xact_id(),
    clips = case when cardinality(clips) > old.length then clips[:old.length] else clips end  -- the same: not rewritten
  from unnest($22::text[], $23::uuid[], $24::int[]) as old (home, id, length)
  where feed_slate.home = old.home and feed_slate.id = old.id and feed_slate.is_open
), watches as (
  insert into feed_watch (id, home, pseudonym, slate, position, clip, kind, watched_ms, loops, at)
  select id, home, pseudonym, slate, position, clip, kind, watched_ms, loops, to_timestamp(at)
  from unnest($11::uuid[], $12::text[], $13::uuid[], $14::uuid[], $15::smallint[], $16::uuid[], $17::text[],
              $18::int[], $19::int[], $20::float8[])
    as new (id, home, pseudonym, slate, position, clip, kind, watched_ms, loops, at)
  on conflict do nothing returning id
)
select pg_current_xact_id(), count(id), case when count(id) < $21 then array_to_string(array_agg(id), ' ') end
from watches
"""
NAME = b"store"
# An array as the server keeps it: dimensions, whether there are nulls, the type of its elements, and if it has a
# dimension its length and first index; then the length of each element and itself.
ARRAY, LENGTH = struct.Struct(">iiIii"), struct.Struct(">i")
UUID_OID, BYTEA_OID = 2950, 17


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a slate: `clips` as ids of 16 bytes one after another, `recipe` as text."""

    id: str
    home: str
    pseudonym: str
    feed: str
    recipe: str
    clips: bytes
    trace: bytes
    is_open: bool


def parameters(
    slates: Sequence[Row], watches: Sequence[tuple[str, ...]], closed: Sequence[tuple[str, str, str]]
) -> list[bytes]:
    """Return the parameters of STORE, in their FORMATS."""
    count = str(len(watches)).encode()
    return [*_of_slates(slates), *_columns(watches, WATCH_COLUMNS), count, *_columns(closed, CLOSED_COLUMNS)]


def _columns(rows: Sequence[tuple[str, ...]], width: int) -> list[bytes]:
    if not rows:
        return [b"{}"] * width
    return [("{" + ",".join(column) + "}").encode() for column in zip(*rows, strict=True)]


def _of_slates(rows: Sequence[Row]) -> list[bytes]:
    """Return the parameters $1 to $10: `first` and `last` tell where in $9 the clips of each slate are."""
    texts, last = [], 0
    for row in rows:
        first, last = last + 1, last + len(row.clips) // 16
        texts.append((row.id, row.home, row.pseudonym, row.feed, row.recipe, "t" if row.is_open else "f", str(first),
                      str(last)))  # fmt: skip
    return [*_columns(texts, SLATE_COLUMNS), _uuids(b"".join(row.clips for row in rows)),
            _byteas([row.trace for row in rows])]  # fmt: skip


def _uuids(raw: bytes) -> bytes:
    count = len(raw) // 16
    cells = np.empty((count, LENGTH.size + 16), np.uint8)
    cells[:, : LENGTH.size] = np.frombuffer(LENGTH.pack(16), np.uint8)
    cells[:, LENGTH.size :] = np.frombuffer(raw, np.uint8).reshape(count, 16)
    return _array(UUID_OID, count, [cells.tobytes()])


def _byteas(values: Sequence[bytes]) -> bytes:
    return _array(BYTEA_OID, len(values), [LENGTH.pack(len(value)) + value for value in values])


def _array(oid: int, count: int, elements: Sequence[bytes]) -> bytes:
    head = ARRAY.pack(1, 0, oid, count, 1) if count else ARRAY.pack(0, 0, oid, 0, 0)[:12]
    return head + b"".join(elements)
