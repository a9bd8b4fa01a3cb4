"""What the learner process of this machine keeps, as other processes take it up: see `learning`."""

import contextlib
import gc
import logging
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings

from parvis.events.connections import open_connection
from parvis.feed.lessons import ERASURES, LEARN_AT_START, Erasures
from parvis.feed.news import Position, Reader
from parvis.recommender.affinities import Affinities
from parvis.recommender.catalogue import Catalogue
from parvis.recommender.disk import Damaged
from parvis.recommender.durable import follow
from parvis.recommender.state import State

log = logging.getLogger(__name__)


@dataclass
class Taught:
    """A catalogue and a learner, who reads what is news to them, and who is still to be forgotten. Where `is_empty`
    they are to be filled from rows, and the reader reads from now on.

    A further model that is to be kept becomes a part of the learner's `snapshot`, `restore`, `learn`, `exposed`,
    `forget` and `erase` (`recommender.state.Keepable`): nothing else here looks into it.
    """

    catalogue: Catalogue
    learner: Affinities
    reader: Reader
    erasures: Erasures = field(default_factory=Erasures)
    is_empty: bool = True

    def __post_init__(self) -> None:
        self.state = State(self.catalogue, self.learner)


def folder() -> Path:
    """Return where the learner of this machine keeps its state. All of it can be made again from rows."""
    return Path(settings.PARVIS_DATA) / "learner"


def connect() -> "psycopg.Connection[Any]":
    """Open a connection of the feed's own."""
    return open_connection(application_name="parvis feed")


def blank() -> tuple[Catalogue, Affinities]:
    """Return a catalogue without clips and a learner that knows nothing."""
    catalogue = Catalogue()
    return catalogue, Affinities(catalogue)


def take_up(kept: Path, settling: threading.Lock) -> Taught:
    """Return what is kept in a folder, or empty ones where that is of no use: nothing is there, it is damaged, of
    another version or database, or so old that the newest rows are read more quickly. psycopg.Error."""
    link = connect()
    catalogue, learner = blank()
    try:
        found = follow(kept, catalogue, learner)
        position = Position.decode(found.position)
        reader = Reader(link, settling, position.last if position else "")
        if position is not None and is_usable(reader, position):
            taught = Taught(catalogue, learner, reader, is_empty=False)
            taught.erasures.take(reader.events_since(position.erased, ERASURES))
            taught.erasures.take_resets(reader.resets_since(position.erased))
            return taught
    except (Damaged, OSError) as error:
        log.warning("what was learned is read from rows: %s", error)
    return Taught(*blank(), Reader(link, settling))


def is_usable(reader: Reader, position: Position) -> bool:
    """Whether a state of this position can go on with the reader's news."""
    return reader.database() == position.database and not reader.is_far_behind(LEARN_AT_START)


@contextlib.contextmanager
def without_collecting() -> Iterator[None]:
    """Make a hundred thousand clips without their being walked through again and again, and never again after."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
    gc.collect()
    gc.freeze()
