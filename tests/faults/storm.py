"""A mixed load by several people, each noting what the server acknowledged."""

import json
import random
import threading
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path

from parvis.kit.ids import uuid7
from tests.faults.web import Client, Upload


@dataclass
class Diary:
    """What one person was told. `possible` holds the states that requests without an answer may have left."""

    person: uuid.UUID
    pseudonym: uuid.UUID
    likes: dict[str, bool] = field(default_factory=dict)
    possible: dict[str, set[bool]] = field(default_factory=dict)
    comments: dict[str, str] = field(default_factory=dict)
    maybe_comments: set[str] = field(default_factory=set)
    watches: dict[str, int] = field(default_factory=dict)
    pending: list[dict[str, object]] = field(default_factory=list)
    uploads: list[Upload] = field(default_factory=list)
    refused: dict[str, int] = field(default_factory=dict)


class Person(threading.Thread):
    """Likes, comments, watches and uploads until told to stop; then finishes what it has begun."""

    def __init__(self, client: Client, diary: Diary, clips: list[str], files: list[Path], seed: int) -> None:
        super().__init__(daemon=True)
        self.client, self.diary, self.clips, self.files = client, diary, clips, files
        self.random = random.Random(seed)
        self.stopping = threading.Event()

    def run(self) -> None:
        acts = [self.like, self.like, self.comment, self.watch, self.watch, self.upload, self.upload, self.upload]
        while not self.stopping.is_set():
            self.random.choice(acts)()
            time.sleep(self.random.uniform(0, 0.05))

    def finish(self, seconds: float = 60) -> None:
        """After the storm: send what is still owed, as the page does."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            unfinished = [one for one in self.diary.uploads if not one.acknowledged]
            if not unfinished and not self.diary.pending:
                return
            for one in unfinished:
                one.advance()
            if self.diary.pending:
                self.send_watches()
        raise AssertionError("the load could not finish after the storm")

    def note_refusal(self, what: str, status: int) -> None:
        name = f"{what} {status}"
        self.diary.refused[name] = self.diary.refused.get(name, 0) + 1

    def like(self) -> None:
        clip, wanted = self.random.choice(self.clips), self.random.random() < 0.7
        answer = self.client.send("PUT" if wanted else "DELETE", f"/c/{clip}/like")
        if answer and answer.status == 200:
            self.diary.likes[clip] = wanted
            self.diary.possible.pop(clip, None)
        else:
            self.diary.possible.setdefault(clip, {self.diary.likes.get(clip, False)}).add(wanted)
            self.note_refusal("like", answer.status if answer else 0)

    def comment(self) -> None:
        clip, text = self.random.choice(self.clips), f"storm {uuid.uuid4()}"
        answer = self.client.send(
            "POST", f"/c/{clip}/comments", f"text={text}".replace(" ", "+").encode(),
            Content_Type="application/x-www-form-urlencoded",
        )  # fmt: skip
        if answer and answer.status == 201:
            self.diary.comments[text] = clip
        else:
            self.diary.maybe_comments.add(text)
            self.note_refusal("comment", answer.status if answer else 0)

    def watch(self) -> None:
        if not self.diary.pending:
            answer = self.client.send("GET", "/feed/slate?feed=for-you&n=4")
            if not answer or answer.status != 200:
                self.note_refusal("slate", answer.status if answer else 0)
                return
            self.take(answer.json())
        self.send_watches()

    def take(self, slate: dict[str, object]) -> None:
        clips = slate["clips"]
        assert isinstance(clips, list)
        self.diary.pending = [
            {
                "id": str(uuid7()), "slate": slate["slate"], "position": position, "clip": clip["id"], "kind": "watch",
                "watched_ms": self.random.randint(100, 9000), "loops": 0, "at_ms": int(time.time() * 1000),
            }
            for position, clip in enumerate(clips)
        ]  # fmt: skip

    def send_watches(self) -> None:
        body = json.dumps({"events": self.diary.pending}).encode()
        answer = self.client.send("POST", "/feed/watches", body, Content_Type="text/plain")
        if answer and answer.status == 200:
            for event in self.diary.pending:
                self.diary.watches[str(event["id"])] = int(str(event["watched_ms"]))
            self.diary.pending = []
        else:
            self.note_refusal("watches", answer.status if answer else 0)

    def upload(self) -> None:
        unfinished = [one for one in self.diary.uploads if not one.acknowledged]
        if not unfinished and len(self.diary.uploads) < 6:
            self.diary.uploads.append(Upload.of(self.client, self.random.choice(self.files)))
        for one in unfinished:
            one.advance()
