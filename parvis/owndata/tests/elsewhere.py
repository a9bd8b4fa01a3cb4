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


FOLLOWERS = "https://social.example/users/alice/followers"
UUID = "0f0e0d0c-0b0a-0908-0706-050403020100"


def _video(number: int, **values: Any) -> dict[str, Any]:
    uuid = UUID[:-1] + str(number)
    return {
        "uuid": uuid,
        "url": f"https://tube.example/videos/watch/{uuid}",
        "name": "A cat and a glass",
        "description": "It goes exactly how you think.",
        "createdAt": "2025-05-01T12:00:00.000Z",
        "publishedAt": "2025-06-01T12:00:00.000Z",
        "originallyPublishedAt": None,
        "privacy": 1,
        "duration": 113,
        "nsfw": True,
        "isLive": False,
        "tags": ["cats", "physics"],
        "category": 15,
        "licence": 1,
        "language": "en",
        "commentsPolicy": 2,
        "downloadEnabled": True,
        "channel": {"name": "alice_channel"},
        "archiveFiles": {
            "videoFile": f"../files/videos/video-files/{uuid}.mp4",
            "thumbnail": f"../files/videos/thumbnails/{uuid}.jpg",
            "captions": {"fr": f"../files/videos/captions/{uuid}-fr.vtt"},
        },
        **values,
    }


PEERTUBE: dict[str, Any] = {
    "peertube/account.json": {
        "url": "https://tube.example/accounts/alice", "name": "alice", "displayName": "Alice", "description": "Stones",
        "updatedAt": "2025-01-01T00:00:00.000Z", "avatars": [],
    },
    "peertube/channels.json": {"channels": [{"name": "alice_channel", "displayName": "Alice's", "description": None}]},
    "peertube/blocklist.json": {
        "instances": [{"host": "bad.example"}], "actors": [{"handle": "carol@social.example"}, {"handle": "local"}],
    },
    "peertube/following.json": {
        "following": [{"handle": "alice@tube.example", "targetHandle": "bob@social.example", "createdAt": "2025-01-01"}]
    },
    "peertube/likes.json": {"likes": [{"videoUrl": "https://x.example/1", "createdAt": "2025-01-01"}]},
    "peertube/comments.json": {"comments": [{"text": "Hi"}]},
    "peertube/videos.json": {
        "videos": [
            _video(0),
            _video(
                1, name="For me", privacy=3,
                archiveFiles={"videoFile": f"../files/videos/video-files/{UUID[:-1]}1.mp4", "captions": {}},
            ),
            _video(2, isLive=True, archiveFiles={"videoFile": None, "captions": {}}),
        ]
    },
}  # fmt: skip


def peertube_zip(**files: Any) -> bytes:
    """An export of PeerTube, with the files of two of its three videos."""
    folder = "files/videos"
    return zipped(
        {
            **PEERTUBE,
            "activity-pub/actor.json": {"type": "Person"},
            "activity-pub/outbox.json": {"type": "OrderedCollection", "orderedItems": []},
            f"{folder}/video-files/{UUID}.mp4": VIDEO,
            f"{folder}/video-files/{UUID[:-1]}1.mp4": VIDEO,
            f"{folder}/captions/{UUID}-fr.vtt": b"WEBVTT\n\n00:01.000 --> 00:02.000\nBonjour\n",
            **files,
        }
    )


def _note(number: int, **values: Any) -> dict[str, Any]:
    return {
        "id": f"https://social.example/users/alice/statuses/{number}",
        "type": "Note",
        "published": f"2025-03-0{number}T10:00:00Z",
        "url": f"https://social.example/@alice/{number}",
        "to": ["https://www.w3.org/ns/activitystreams#Public"],
        "cc": [FOLLOWERS],
        "sensitive": False,
        "content": "<p>Rain &amp; stones<br>on the square <a href='https://social.example/tags/rain'>#<span>rain</span></a></p>",
        "attachment": [
            {
                "type": "Document", "mediaType": "video/mp4", "name": "Rain falls",
                "url": f"/media_attachments/files/1/original/{number}.mp4",
            }
        ],
        "tag": [{"type": "Hashtag", "href": "https://social.example/tags/rain", "name": "#rain"}],
        **values,
    }  # fmt: skip


MASTODON: dict[str, Any] = {
    "actor.json": {
        "type": "Person", "id": "https://social.example/users/alice", "url": "https://social.example/@alice",
        "preferredUsername": "alice", "name": "Alice", "summary": "<p>Stones</p>",
    },
    "outbox.json": {
        "type": "OrderedCollection",
        "orderedItems": [
            {"type": "Create", "object": _note(1)},
            {"type": "Create", "object": _note(2, to=FOLLOWERS, cc=[], sensitive=True)},
            {"type": "Create", "object": _note(3, attachment=[])},
            {"type": "Announce", "object": "https://other.example/1"},
        ],
    },
    "likes.json": {"type": "OrderedCollection", "orderedItems": ["https://other.example/1"]},
    "bookmarks.json": {"type": "OrderedCollection", "orderedItems": ["https://other.example/1", "https://other.example/2"]},
}  # fmt: skip


def mastodon_zip(**files: Any) -> bytes:
    """An archive of Mastodon with two videos."""
    folder = "media_attachments/files/1/original"
    return zipped({**MASTODON, f"{folder}/1.mp4": VIDEO, f"{folder}/2.mp4": VIDEO, **files})
