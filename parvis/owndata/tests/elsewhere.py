"""Archives as other places write them, for tests: the public form, with made-up people."""

import io
import zipfile
from typing import Any

import orjson

VIDEO = b"\x00\x00\x00\x18ftypmp42 not a video at all " * 40
ID = "7147050262430059818"


def zipped(files: dict[str, Any]) -> bytes:
    """A zip file: bytes as they are, anything else as JSON."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zip_:
        for name, data in files.items():
            zip_.writestr(name, data if isinstance(data, bytes) else orjson.dumps(data))
    return out.getvalue()


def _people(*names: str) -> list[dict[str, str]]:
    return [{"Date": "2024-02-03 04:05:06", "UserName": name} for name in names]


def _posts() -> list[dict[str, Any]]:
    return [
        {
            "Date": "2024-05-06 07:08:09",
            "Link": f"https://www.tiktokv.com/share/video/{ID}/",
            "Likes": "12",
            "Title": "Morning ride #bike",
            "Sound": "original sound",
            "WhoCanView": "Everyone",
            "AllowComments": "No",
            "AllowDuets": "Yes",
            "AlternateText": "A bicycle",
        },
        {
            "Date": "2024-05-07 07:08:09",
            "Link": "https://www.tiktokv.com/share/video/7147050262430059819/",
            "Title": "Only a link",
            "WhoCanView": "Only you",
        },
    ]


def tiktok_2025() -> dict[str, Any]:
    """The form since 2025."""
    link = {"Date": "2024-01-01 00:00:00", "Link": "https://www.tiktokv.com/share/video/1/"}
    return {
        "Comment": {"Comments": {"App": 1, "CommentsList": [{"date": "2024-01-01 00:00:00", "comment": "Hi"}]}},
        "Direct Message": {"Direct Messages": {"ChatHistory": {"Chat History with x:": [{"Content": "secret"}]}}},
        "Likes and Favorites": {
            "Favorite Hashtags": {
                "FavoriteHashtagList": [
                    {"Date": "2024-01-01 00:00:00", "Link": "https://www.tiktok.com/tag/pottery"},
                    {"Date": "2024-01-01 00:00:00", "Link": "https://www.tiktok.com/tag/jazz"},
                ]
            },
            "Favorite Sounds": {"FavoriteSoundList": None},
            "Favorite Videos": {"FavoriteVideoList": [link]},
            "Like List": {"ItemFavoriteList": [{"date": "2024-01-01 00:00:00", "link": link["Link"]}] * 3},
        },
        "Post": {"Posts": {"VideoList": _posts()}},
        "Profile And Settings": {
            "Profile Info": {
                "ProfileMap": {
                    "userName": "Alice.There", "displayName": "Alice over there", "bioDescription": "Stones and bikes",
                    "emailAddress": "alice@square.example", "telephoneNumber": "+33600000000",
                    "birthDate": "12-Apr-1996",
                }
            },
            "Follower": {"FansList": _people("someone")},
            "Following": {"Following": _people("bob.there", "nobody")},
            "Block List": {"BlockList": _people("carol.there", "stranger")},
            "Settings": {
                "SettingsMap": {
                    "Content Preferences": {
                        "Keyword filters for videos in For You feed": ["spoiler"],
                        "Keyword filters for videos in Following feed": ["spoiler"],
                    }
                }
            },
        },
        "Your Activity": {
            "Searches": {"SearchList": [{"Date": "2024-01-01 00:00:00", "SearchTerm": "a secret search"}]},
            "Watch History": {"VideoList": [link] * 5},
        },
    }  # fmt: skip


def tiktok_2024() -> dict[str, Any]:
    """The form of 2024: other names at the top."""
    new = tiktok_2025()
    settings, kept = new["Profile And Settings"], new["Likes and Favorites"]
    return {
        "Activity": {
            **kept,
            "Follower": settings["Follower"],
            "Following": settings["Following"],
            "Search History": new["Your Activity"]["Searches"],
            "Video Browsing History": new["Your Activity"]["Watch History"],
        },
        "App Settings": {"Block List": settings["Block List"], "Settings": settings["Settings"]},
        "Profile": {"Profile Info": settings["Profile Info"]},
        "Post": new["Post"],
        "Comment": new["Comment"],
    }


def tiktok_2021() -> dict[str, Any]:
    """The form before: `user_data.json`."""
    new = tiktok_2024()
    activity = dict(new["Activity"])
    activity["Follower List"], activity["Following List"] = activity.pop("Follower"), activity.pop("Following")
    return {
        "Activity": activity,
        "App Settings": {"Block": new["App Settings"]["Block List"], "Settings": new["App Settings"]["Settings"]},
        "Profile": {"Profile Information": new["Profile"]["Profile Info"]},
        "Video": {"Videos": new["Post"]["Posts"]},
        "Comment": new["Comment"],
    }


def tiktok_zip(data: dict[str, Any] | None = None, **files: Any) -> bytes:
    """The zip file, with one of the two videos put into it."""
    return zipped(
        {"user_data_tiktok.json": data or tiktok_2025(), f"videos/{ID}.mp4": VIDEO, **files},
    )
