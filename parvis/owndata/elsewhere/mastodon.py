"""What Mastodon hands out: its archive (Preferences > Import and export > Request your archive, a zip file since 4.2)
with `actor.json`, `outbox.json`, `likes.json`, `bookmarks.json` and `media_attachments/`; and its lists in CSV
(`following_accounts.csv`, `blocked_accounts.csv`, `muted_accounts.csv`), by themselves.

Source: app/services/backup_service.rb and app/models/export.rb in Mastodon's repository.
"""

import csv
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urlsplit

from parvis.clips import states
from parvis.owndata.elsewhere.luggage import FEDIVERSE, Film, Luggage, address, words
from parvis.owndata.elsewhere.package import Package
from parvis.owndata.elsewhere.values import Value
from parvis.owndata.errors import TooMuch, UnknownArchive

KIND: Final = "mastodon"
PUBLIC: Final = {"https://www.w3.org/ns/activitystreams#Public", "as:Public", "Public"}
LEFT: Final = {"likes": "likes.json", "saved": "bookmarks.json"}
# What a list is called -> kind of arrival.
LISTS: Final = {"follow": "mastodon-follows", "block": "mastodon-blocks", "mute": "mastodon-mutes"}
ROWS_MOST: Final = 200_000


def is_one(package: Package) -> bool:
    """Whether an archive is Mastodon's."""
    return {"actor.json", "outbox.json"} <= package.names


def list_kind(package: Package) -> str:
    """Return which list a CSV file is, by its name; "" for none."""
    name = next(iter(package.names), "")
    if package.zip is not None or not name.endswith(".csv"):
        return ""
    return next((kind for word, kind in LISTS.items() if word in name), "")


def read(package: Package) -> Luggage:
    """Read an archive of Mastodon. OddArchive, UnknownArchive, TooMuch."""
    actor = _file(package, "actor.json")
    luggage = Luggage(name=actor.at("name").text(), bio=plain(actor.at("summary").text()))
    name, host = actor.at("preferredUsername").text(), _host(actor.at("url", "id"))
    luggage.addresses = [address(FEDIVERSE, f"{name}@{host}")] if name and host else []
    posts = 0
    for item in _file(package, "outbox.json").at("orderedItems").items():
        note = item.at("object")
        if item.at("type").text() == "Create" and not isinstance(note.value, str):
            films = _films(package, note)
            luggage.films += films
            posts += not films
    counts = {section: _file(package, file).at("orderedItems").count() for section, file in LEFT.items()}
    luggage.left = {section: count for section, count in {"posts": posts, **counts}.items() if count}
    return luggage


def _file(package: Package, name: str) -> Value:
    value = package.json(name) if name in package.names else {}
    if not isinstance(value, dict):
        raise UnknownArchive
    return Value(value, name)


def _host(url: Value) -> str:
    try:
        return urlsplit(url.text()).hostname or ""
    except ValueError:
        return ""


def _films(package: Package, note: Value) -> list[Film]:
    """Return the videos of a post. Those of a post that is a message to some people are none."""
    to, copied = _named(note.at("to")), _named(note.at("cc"))
    is_public = bool(PUBLIC & set(to))
    for_followers = any(one.endswith("/followers") for one in to)
    if not (is_public or for_followers or PUBLIC & set(copied)):
        return []
    tags = tuple(tag.at("name").text() for tag in note.at("tag").items() if tag.at("type").text() == "Hashtag")
    found = []
    for number, one in enumerate(note.at("attachment").items()):
        if not one.at("mediaType").text().startswith("video/"):
            continue
        url = one.at("url").text()
        entry = url.lstrip("/")
        found.append(
            Film(
                source=f"{note.at('id').text()} {number}",
                entry=entry if entry in package.names else "",
                link=note.at("url", "id").text(),
                words=words(caption=plain(note.at("content").text()), alt=one.at("name").text(), tags=tags),
                created_at=note.at("published").moment(),
                audience=states.EVERYONE if is_public else states.FOLLOWERS if for_followers else states.ME,
                was_open=is_public,
                is_sensitive=note.at("sensitive").is_true(),
            )
        )
    return found


def _named(value: Value) -> list[str]:
    """Return whom a post is to: one address, or a list."""
    return [value.text()] if isinstance(value.value, str) else [one.text() for one in value.items()]


class _Text(HTMLParser):
    """The text of HTML, with its lines."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "p":
            self.parts.append("\n\n")


def plain(html: str) -> str:
    """Return the text of HTML."""
    reader = _Text()
    reader.feed(html)
    reader.close()
    return "".join(reader.parts).strip()


def read_follows(package: Package) -> Luggage:
    """Read a list of who is followed. UnknownArchive, TooMuch; also the two below."""
    people, hosts = _listed(package)
    return Luggage(followed=people, left=hosts)


def read_blocks(package: Package) -> Luggage:
    """Read a list of who is blocked, or of blocked places."""
    people, hosts = _listed(package)
    return Luggage(blocked=people, left=hosts)


def read_mutes(package: Package) -> Luggage:
    """Read a list of who is muted."""
    people, hosts = _listed(package)
    return Luggage(muted=people, left=hosts)


def _listed(package: Package) -> tuple[list[str], dict[str, int]]:
    """Return the addresses of a list, and how many of its rows are places. The first row may be names of columns."""
    try:
        lines = package.bytes(next(iter(package.names))).decode("utf-8-sig").splitlines()
        if len(lines) > ROWS_MOST:
            raise TooMuch
        if any("\x00" in line for line in lines):
            raise UnknownArchive
        cells = [row[0].strip() for row in csv.reader(lines) if row and row[0].strip()]
    except (UnicodeDecodeError, csv.Error) as error:
        raise UnknownArchive from error
    people = [address(FEDIVERSE, cell) for cell in cells if "@" in cell and " " not in cell]
    places = sum("." in cell and "@" not in cell and " " not in cell for cell in cells)
    if cells and not people and not places:
        raise UnknownArchive
    return people, {"hosts": places} if places else {}
