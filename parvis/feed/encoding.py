"""The nightly encoder of this cell: trained from its stored watches, kept beside what the learner keeps, served.

Where no hour is set for it (PARVIS_ENCODER_HOUR) the feed has none of it. The rows are the truth: a model that is lost
or damaged is trained again, and one viewer's rows are in no model that is trained after they were erased.
"""

import logging
import os
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings

from parvis.clips.queries import feed_rows
from parvis.feed import kept, lessons, queries
from parvis.recommender import cluster, disk, manifest
from parvis.recommender.catalogue import Catalogue
from parvis.recommender.disk import Damaged
from parvis.recommender.encoder import files
from parvis.recommender.encoder.model import BLOCKS, WIDTH, Encoder, Training, train
from parvis.recommender.encoder.rows import liked, rows
from parvis.recommender.encoder.space import Space
from parvis.recommender.interface import events_of, joined
from parvis.recommender.near import Served

log = logging.getLogger(__name__)

NAME = "encoder"
SEED = 0
MOST_WATCHES = 5_000_000
TRAINING = Training()


class NotEnough(Exception):
    """There is too little to train from."""


def folder() -> Path:
    """Return where the encoder of this machine is kept."""
    return kept.folder() / NAME


def read_rows(until: float) -> tuple[Catalogue, manifest.Rows]:
    """Return the clips that are shown, and what a model is trained from: rows up to a moment, seconds since 1970."""
    catalogue = Catalogue()
    for some in lessons.portions(feed_rows()):
        catalogue.add([lessons.clip_of(row) for row in some])
    watches = lessons.portions(queries.profiled_watches(MOST_WATCHES, until))
    events = (lessons.arrays_of(catalogue, some).clean(catalogue.size, until) for some in watches)
    return catalogue, rows(catalogue, joined([events_of(0, [], 0), *(liked(one, catalogue) for one in events)]))


def train_now(place: Path, least: int) -> files.Made:
    """Train from the rows and put the model in use. NotEnough, files.Busy, OSError,
    cluster.ClusterError; then the one before stays."""
    with files.owned(place):
        disk.clear(place)
        until = time.time()
        catalogue, taught_by = read_rows(until)
        likings = len(taught_by["clip"])
        if likings < least:
            raise NotEnough(f"there are {likings:,} likings to train from, and {least:,} are asked for")
        within_s = 60.0 * settings.PARVIS_ENCODER_MINUTES
        [model] = cluster.each(train, [(dict(taught_by), SEED, TRAINING)], settings.PARVIS_RAY_ADDRESS, within_s)
        made = files.Made(
            manifest.of(taught_by, SEED, model), f"{time.time_ns()}", time.time(), until, likings,
            len(set(taught_by["viewer"].tolist())), len(taught_by["names"]),
        )  # fmt: skip
        files.keep(place, made, model, Space.build(catalogue, Encoder(model), seed=SEED))
        return made


def trained() -> str:
    """Train as the settings say; return what to say. As `train_now`."""
    made = train_now(folder(), settings.PARVIS_ENCODER_LIKINGS)
    used = "" if settings.PARVIS_ENCODER_HOUR is not None else ", not in use: PARVIS_ENCODER_HOUR is not set"
    counts = f"{made.likings:,} likings of {made.viewers:,} viewers, {made.clips:,} clips"
    return f"model {made.manifest.model[:16]} from {counts}{used}"


def check(place: Path) -> str:
    """Train the model in use again and return what to say. manifest.NotReproduced, NotEnough if there is none."""
    made = files.told(place)
    if made is None:
        raise NotEnough("there is no model to check")
    _, taught_by = read_rows(made.until)
    manifest.verify(made.manifest, taught_by, lambda again, seed: train(again, seed, TRAINING))
    return f"model {made.manifest.model[:16]}: the same, bit for bit"


def described() -> dict[str, Any] | None:
    """Return what the encoder is, for the model card: its numbers, and of what it was made; None where none is used."""
    if settings.PARVIS_ENCODER_HOUR is None:
        return None
    try:
        made = files.told(folder())
    except Damaged:
        made = None
    numbers = {"width": WIDTH, "blocks": BLOCKS, **asdict(TRAINING)}
    hashes = {name: value for name, value in asdict(made.manifest).items() if name != "versions"} if made else {}
    counts = {"likings": made.likings, "viewers": made.viewers, "clips": made.clips} if made else {}
    return {"numbers": numbers, "made": hashes | counts or None}


def limit() -> None:
    """Hold this process to the limits of the settings: everything else goes first, and the system ends it when it takes
    more than it may."""
    import resource  # not on every system: only training needs it

    os.nice(19)
    seconds, room = 60 * settings.PARVIS_ENCODER_MINUTES, settings.PARVIS_ENCODER_MEBIBYTES << 20
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_DATA, (room, room))


class Encoded:
    """The encoder as one process of the feed serves it; `served` is None where no hour is set for training."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.served = Served() if settings.PARVIS_ENCODER_HOUR is not None else None
        self.made: files.Made | None = None
        self.damaged = 0  # models that could not be taken up: the one before stayed in use
        self._tried = b""

    def look(self) -> None:
        """Take up a model that is new. One that is damaged is counted and passed over."""
        if self.served is None:
            return
        place = folder()
        try:
            raw = (place / files.MANIFEST).read_bytes()
            if raw == self._tried:
                return
            self._tried = raw
            made = files.Made.from_json(raw)
            self.served.now = files.read(place, made, self.catalogue)
            self.made = made
        except FileNotFoundError:
            return  # none was trained, or a newer one takes its place just now
        except (Damaged, OSError) as error:
            self.damaged += 1
            log.warning("an encoder is passed over: %s", error)

    def refresh(self) -> None:
        """Take in clips that are new."""
        if self.served is not None and isinstance(self.served.now, Space):
            self.served.now.refresh()
