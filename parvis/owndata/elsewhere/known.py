"""Which place an archive is from, and what is in it."""

from collections.abc import Callable
from typing import IO, Final

from parvis.owndata.archive.reading import BROKEN
from parvis.owndata.elsewhere import mastodon, peertube, tiktok
from parvis.owndata.elsewhere.luggage import Luggage
from parvis.owndata.elsewhere.package import Package, open_package
from parvis.owndata.errors import NotAnArchive, UnknownArchive
from parvis.owndata.models import PARVIS

OURS: Final = "data/accounts_person.jsonl"
READERS: Final[dict[str, Callable[[Package], Luggage]]] = {
    tiktok.KIND: tiktok.read,
    peertube.KIND: peertube.read,
    mastodon.KIND: mastodon.read,
    mastodon.LISTS["follow"]: mastodon.read_follows,
    mastodon.LISTS["block"]: mastodon.read_blocks,
    mastodon.LISTS["mute"]: mastodon.read_mutes,
}


def opened(file: IO[bytes], name: str = "") -> Package:
    """Open an archive of any place; `name` is what the person calls it. UnknownArchive, TooMuch."""
    try:
        return open_package(file, name)
    except (NotAnArchive, *BROKEN) as error:
        raise UnknownArchive from error


def kind_of(package: Package) -> str:
    """Return the place that an archive is from: a key of READERS, or PARVIS. UnknownArchive."""
    if package.zip is not None and {OURS, "manifest.json"} <= package.names:
        return PARVIS
    if peertube.is_one(package):
        return peertube.KIND
    if mastodon.is_one(package):
        return mastodon.KIND
    if kind := mastodon.list_kind(package):
        return kind
    if tiktok.main_file(package):
        return tiktok.KIND
    raise UnknownArchive


def read(kind: str, package: Package) -> Luggage:
    """Read what is in an archive. OddArchive, UnknownArchive, TooMuch."""
    return READERS[kind](package)
