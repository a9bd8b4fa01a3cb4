"""What PeerTube exports (My account > Import/Export, since 6.1): a zip file with `peertube/*.json`,
`activity-pub/*.json` and `files/`. Read is the `peertube/` half, which names the files that are in the archive.

Source: packages/models/src/import-export in PeerTube's repository.
"""

import posixpath
from typing import Final
from urllib.parse import urlsplit

from parvis.clips import states
from parvis.owndata.elsewhere.luggage import FEDIVERSE, Film, Luggage, address, language, words
from parvis.owndata.elsewhere.package import Package
from parvis.owndata.elsewhere.values import Value
from parvis.owndata.errors import UnknownArchive

KIND: Final = "peertube"
FOLDER: Final = "peertube"
PUBLIC: Final = 1  # VideoPrivacy; 2 unlisted, 3 private, 4 internal, 5 with a password
NO_COMMENTS: Final = 2  # VideoCommentPolicy; 1 open, 3 each is looked at first
# Section -> the file and the list in it that do not come.
LEFT: Final = {
    "likes": ("likes", "likes"),
    "comments": ("comments", "comments"),
    "followers": ("follower", "followers"),
    "playlists": ("video-playlists", "videoPlaylists"),
    "watched": ("video-history", "watchedVideos"),
    "channels": ("channels", "channels"),
    "hosts": ("blocklist", "instances"),
}


def is_one(package: Package) -> bool:
    """Whether an archive is PeerTube's."""
    return {f"{FOLDER}/account.json", f"{FOLDER}/videos.json"} <= package.names


def read(package: Package) -> Luggage:
    """Read an export of PeerTube. OddArchive, UnknownArchive, TooMuch."""
    account = _file(package, "account")
    host = _host(account.at("url"))
    channels = [channel.at("name").text() for channel in _file(package, "channels").at("channels").items()]
    names = [account.at("name").text(), *channels]
    return Luggage(
        addresses=[one for name in names if (one := _address(name, host))],
        name=account.at("displayName").text(),
        bio=account.at("description").text(),
        followed=_people(_file(package, "following").at("following"), "targetHandle", host),
        blocked=_people(_file(package, "blocklist").at("actors"), "handle", host),
        films=[_film(package, video) for video in _file(package, "videos").at("videos").items()],
        left={
            section: count for section, (file, name) in LEFT.items() if (count := _file(package, file).at(name).count())
        },
    )


def _file(package: Package, name: str) -> Value:
    """Return a file of the archive; nothing where it is not there. UnknownArchive for one that is no object."""
    path = f"{FOLDER}/{name}.json"
    value = package.json(path) if path in package.names else {}
    if not isinstance(value, dict):
        raise UnknownArchive
    return Value(value, path)


def _host(url: Value) -> str:
    try:
        return urlsplit(url.text()).hostname or ""
    except ValueError:
        return ""


def _address(name: str, host: str) -> str:
    """Return the address of a name; one without a place is of the archive's own."""
    return address(FEDIVERSE, name if "@" in name.lstrip("@") else f"{name}@{host}") if name else ""


def _people(listed: Value, name: str, host: str) -> list[str]:
    return [one for row in listed.items() if (one := _address(row.at(name).text(), host))]


def _film(package: Package, video: Value) -> Film:
    files, is_public = video.at("archiveFiles"), video.at("privacy").number() == PUBLIC
    texts = files.at("captions").members()
    captions = {tag: path for tag, one in texts.items() if (path := _inside(package, one)) and language(tag)}
    return Film(
        source=video.at("uuid").text() or video.at("url").text(),
        entry=_inside(package, files.at("videoFile")),
        link=video.at("url").text(),
        words=words(
            title=video.at("name").text(),
            caption=video.at("description").text(),
            tags=tuple(tag.text() for tag in video.at("tags").items()),
        ),
        created_at=video.at("publishedAt", "createdAt").moment(),
        language=language(_named(video.at("language"))),
        audience=states.EVERYONE if is_public else states.ME,
        was_open=is_public,
        is_sensitive=video.at("nsfw").is_true(),
        allow_comments=video.at("commentsPolicy").number() != NO_COMMENTS
        and video.at("commentsEnabled").is_true(default=True),
        allow_download=video.at("downloadEnabled").is_true(),
        captions=captions,
    )


def _named(value: Value) -> str:
    """Return an id that may be written with its label."""
    return value.at("id").text() if isinstance(value.value, dict) else value.text()


def _inside(package: Package, path: Value) -> str:
    """Return the entry that a path leads to from the folder of the file that names it; "" where none is there."""
    name = posixpath.normpath(posixpath.join(FOLDER, path.text())) if path.text() else ""
    return name if name in package.names else ""
