"""What TikTok hands out under "Download your data", in JSON: `user_data_tiktok.json` (since 2024), `user_data.json`
(before), by itself or in its zip file.

The sections have moved three times; each is looked for wherever it has stood:
  2021-2023  Activity, Profile > Profile Information, Video > Videos, App Settings > Block
  2024       Activity, Profile, Post > Posts
  2025       Your Activity, Likes and Favorites, Profile And Settings, Post > Posts
A video is named by its link. Its file is in the archive only where somebody put it there: it is found by the id
of the post, or by its moment, in the file's name.
"""

import hashlib
import re
from typing import Final

from parvis.clips import states
from parvis.owndata.elsewhere.luggage import VIDEOS, Film, Luggage, address, words
from parvis.owndata.elsewhere.package import Package
from parvis.owndata.elsewhere.values import Value
from parvis.owndata.errors import UnknownArchive

KIND: Final = "tiktok"
FILES: Final = ("user_data_tiktok.json", "user_data.json")
SECTIONS: Final = frozenset(
    ("Activity", "Your Activity", "Profile", "Profile And Settings", "Video", "Post", "Likes and Favorites", "Comment")
)
AUDIENCES: Final = {"everyone": states.EVERYONE, "public": states.EVERYONE, "friends": states.FOLLOWERS}
ID: Final = re.compile(r"\d{15,20}")
ACTIVITY: Final = ("Your Activity", "Activity")
SETTINGS: Final = ("Profile And Settings", "App Settings")
# What does not come, by the ways down to it.
LEFT: Final[dict[str, tuple[tuple[str, ...], ...]]] = {
    "likes": tuple((top, "Like List", "ItemFavoriteList") for top in ("Likes and Favorites", *ACTIVITY)),
    "saved": tuple((top, "Favorite Videos", "FavoriteVideoList") for top in ("Likes and Favorites", *ACTIVITY)),
    "sounds": tuple((top, "Favorite Sounds", "FavoriteSoundList") for top in ("Likes and Favorites", *ACTIVITY)),
    "watched": tuple(
        (top, name, "VideoList") for top in ACTIVITY for name in ("Watch History", "Video Browsing History")
    ),
    "searches": tuple((top, name, "SearchList") for top in ACTIVITY for name in ("Searches", "Search History")),
    "comments": (("Comment", "Comments", "CommentsList"), ("Comment", "CommentsList")),
    "messages": (
        ("Direct Message", "Direct Messages", "ChatHistory"), ("Direct Messages", "Chat History", "ChatHistory"),
    ),
    "followers": (
        ("Profile And Settings", "Follower", "FansList"), *((top, "Follower", "FansList") for top in ACTIVITY),
        *((top, "Follower List", "FansList") for top in ACTIVITY),
    ),
}  # fmt: skip


def main_file(package: Package) -> str:
    """Return the name of the file that says everything, "" where it is none of TikTok's."""
    for name in sorted(package.names):
        if name.rsplit("/", 1)[-1] in FILES:
            return name
    return next(iter(package.names)) if package.zip is None and _is_json(package) else ""


def _is_json(package: Package) -> bool:
    return all(name.endswith(".json") for name in package.names)


def read(package: Package) -> Luggage:
    """Read an archive of TikTok. OddArchive, UnknownArchive, TooMuch."""
    root = Value(package.json(main_file(package)), "TikTok")
    if not isinstance(root.value, dict) or not SECTIONS & root.value.keys():
        raise UnknownArchive
    profile = root.first(
        ("Profile And Settings", "Profile Info", "ProfileMap"), ("Profile", "Profile Info", "ProfileMap"),
        ("Profile", "Profile Information", "ProfileMap"),
    )  # fmt: skip
    return Luggage(
        addresses=_named(profile),
        name=profile.at("displayName").text(),
        bio=profile.at("bioDescription").text(),
        followed=_people(
            root.first(
                ("Profile And Settings", "Following", "Following"),
                *((top, "Following", "Following") for top in ACTIVITY),
                *((top, "Following List", "Following") for top in ACTIVITY),
            )
        ),
        blocked=_people(
            root.first(*((top, name, "BlockList") for top in SETTINGS for name in ("Block List", "Block")))
        ),
        words=_filtered(root),
        tags=_tags(root),
        films=_films(package, root),
        left={name: count for name, paths in LEFT.items() if (count := root.first(*paths).count())},
    )  # fmt: skip


def _named(profile: Value) -> list[str]:
    found = address(KIND, profile.at("userName").text())
    return [found] if found else []


def _people(listed: Value) -> list[str]:
    return [one for row in listed.items() if (one := address(KIND, row.at("UserName").text()))]


def _filtered(root: Value) -> list[str]:
    """Return the words that the person kept out of the feed there."""
    chosen = root.first(*((top, "Settings", "SettingsMap", "Content Preferences") for top in SETTINGS))
    lists = [chosen.at(f"Keyword filters for videos in {feed} feed") for feed in ("For You", "Following")]
    return list(dict.fromkeys(text for one in lists for word in one.items() if (text := word.text().strip())))


def _tags(root: Value) -> list[str]:
    """Return the tags that the person kept there."""
    kept = root.first(
        *((top, "Favorite Hashtags", "FavoriteHashtagList") for top in ("Likes and Favorites", *ACTIVITY))
    )
    links = [row.at("Link").text() for row in kept.items()]
    return list(dict.fromkeys(link.rstrip("/").rsplit("/tag/", 1)[1] for link in links if "/tag/" in link))


def _films(package: Package, root: Value) -> list[Film]:
    files = sorted(name for name in package.names if name.lower().endswith(VIDEOS))
    left, found = {_digits(name): name for name in files}, []
    for row in root.first(("Post", "Posts", "VideoList"), ("Video", "Videos", "VideoList")).items():
        link, moment = row.at("Link").text(), row.at("Date").moment()
        ids = ID.findall(link)
        keys = [*ids, _digits(row.at("Date").text())]
        entry = next((left.pop(key) for key in keys if key and key in left), "")
        audience = AUDIENCES.get(row.at("WhoCanView").text().lower(), states.ME)
        found.append(
            Film(
                source=ids[-1] if ids else f"{row.at('Date').text()} {link}",
                entry=entry,
                link=link,
                words=words(caption=row.at("Title").text(), alt=row.at("AlternateText").text()),
                created_at=moment,
                audience=audience,
                was_open=audience == states.EVERYONE,
                allow_comments=row.at("AllowComments").is_true(default=True),
                allow_duet=row.at("AllowDuets").is_true(default=True),
            )
        )
    return found + [_unnamed(package, name) for name in left.values()]


def _digits(name: str) -> str:
    """Return the digits of a file's name: of an id, or of a moment."""
    return "".join(re.findall(r"\d", name.rsplit("/", 1)[-1].rsplit(".", 1)[0])) or name


def _unnamed(package: Package, name: str) -> Film:
    """Return a film of which only the file is there. Its name is all that tells it from others."""
    source = hashlib.sha256(f"{name} {package.size(name)}".encode()).hexdigest()
    return Film(source=source, entry=name)
