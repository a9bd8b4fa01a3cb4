"""The most used pages and operations: requests a second, beside the same server answering an empty view.

Both are asked in turns by the same signed-in people over the same number of connections. The empty view goes
through all that stands before a view (session, person, viewer), which a page pays too. The people have what fills
their pages: followed creators, likes, comments by others under each clip, notices, conversations.
"""

import os
import statistics
import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from benchmarks.feed import slowdown, sound
from benchmarks.load import Result, connect, run
from benchmarks.report import report
from benchmarks.square import SECRET, Square

SMALL = os.environ.get("SCALE") == "small"
CLIPS, PEOPLE, GUESTS = (5_000, 200, 8) if SMALL else (100_000, 1_000, 32)
ROUNDS, ROUND_S, HALF_S = (1, 1.5, 1.5) if SMALL else (3, 3.0, 5.0)
CONNECTIONS = 8
SHOWN, COMMENTS, CHATS, MESSAGES = 50, 40, 12, 6
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
EMPTY = "/-/empty"
PAGES = {
    "feed": "/",
    "following": "/following",
    "clip": "/c/{clip}",
    "comments": "/c/{clip}/comments",
    "profile": "/@{creator}",
    "search": "/search?q={word}",
    "inbox": "/inbox",
    "messages": "/messages",
    "conversation": "/messages/{chat}",
    "settings": "/settings/",
    "api_feed": "/api/v1/feeds/for-you?n=8",
    "api_clip": "/api/v1/clips/{clip}",
    "api_comments": "/api/v1/clips/{clip}/comments",
    "api_notices": "/api/v1/notices",
}


class Filled(Square):
    """A square that also answers an empty view, and whose guests have full pages."""

    @property
    def environment(self) -> dict[str, str]:
        """The environment of the server, with the empty view."""
        return {**super().environment, "DJANGO_SETTINGS_MODULE": "benchmarks.empty"}


@dataclass
class Guest:
    """Somebody signed in, and one of their conversations."""

    cookie: str
    chat: UUID


def fill() -> tuple[list[Any], list[dict[str, object]]]:
    """Open the guests' accounts and fill their pages; return them, and clips with their creators as addresses name
    them."""
    from parvis.accounts.actions import open_account
    from parvis.clips.models import Clip
    from parvis.search.reconcilers import Round
    from parvis.social import actions as social

    clips = list(Clip.objects.filter(title__startswith="Clip").select_related("creator").order_by("-id")[:SHOWN])
    people = [
        open_account(handle=f"guest{n}", birth_date=date(1990, 1, 1), home="FR", language="en", is_operator=n == 0)
        for n in range(GUESTS)
    ]
    _talk(people, clips)
    for person in people:
        for clip in clips[:20]:
            social.like(viewer=_viewer(person), clip_id=clip.id)
            social.follow(viewer=_viewer(person), followed=clip.creator)
    _notices(people, clips)
    work = Round()
    while work.step():
        pass
    return people, [{"clip": clip.id, "creator": clip.creator.handle, "word": clip.title} for clip in clips]


def sign_in(people: list[Any]) -> list[Guest]:
    """Sign them in. Once the server has started: only then is there what pages are made of."""
    from parvis.inbox.models import Chat

    chats = {chat.person_id: chat.conversation for chat in Chat.objects.filter(person__in=people)}
    return [Guest(_cookie(person), chats[person.id]) for person in people]


def _viewer(person: Any) -> Any:
    from parvis.accounts.viewer import ADULT, Viewer
    from parvis.cells.keys import pseudonym

    return Viewer(pseudonym(person.id), person.home, "en", person.id, handle=person.handle, age_band=ADULT)


def _talk(people: list[Any], clips: list[Any]) -> None:
    """Comments under every clip, and conversations of each with the next few."""
    from parvis.inbox.actions import messages
    from parvis.inbox.actions.messages import Draft
    from parvis.kit.ids import uuid7
    from parvis.social.models import ClipCounts, Comment

    Comment.objects.bulk_create(
        Comment(home="FR", author=people[n % GUESTS], clip=clip, text=f"What a square, {n}!", nonce=uuid7())
        for clip in clips
        for n in range(COMMENTS)
    )
    ClipCounts.objects.bulk_create(ClipCounts(clip_id=clip.id, comments=COMMENTS) for clip in clips)
    for number, person in enumerate(people):
        for step in range(1, min(CHATS // 2, GUESTS - 1) + 1):
            other = people[(number + step) % GUESTS]
            for n in range(MESSAGES // 2):
                draft = Draft(nonce=uuid7(), text=f"See you on the square at {n}?")
                messages.write_to(viewer=_viewer(person), other=other, draft=draft)
                draft = Draft(nonce=uuid7(), text="Yes, and bring the others along.")
                messages.write_to(viewer=_viewer(other), other=person, draft=draft)


def _notices(people: list[Any], clips: list[Any]) -> None:
    """News of each kind of likes and comments, of several people each."""
    from parvis.accounts.notices import Telling, declared
    from parvis.inbox.actions.notices import tell
    from parvis.kit.clock import now

    for person in people:
        for clip in clips[:30]:
            for other in people[:3]:
                tell(declared()["liked"], Telling(person.id, about=clip.id, by=other.id), at=now())


def _cookie(person: Any) -> str:
    """The Cookie header of a browser in which the person signed in and looked at a page."""
    from django.test import Client

    client = Client(SERVER_NAME="localhost", headers={"Sec-Fetch-Mode": "navigate", "Accept": "text/html"})
    client.force_login(person, BACKEND)
    if client.get("/settings/").status_code != 200:
        raise RuntimeError("the guest is not signed in")
    return "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())


class Asking:
    """The requests for one page in turns: each guest asks for each clip's."""

    def __init__(self, port: int, page: str, guests: list[Guest], named: list[dict[str, object]]) -> None:
        self.page, self.guests, self.named, self.turn = page, guests, named, 0
        kind = "application/json" if page.startswith("/api/") else "text/html"
        self.tail = f" HTTP/1.1\r\nHost: localhost:{port}\r\nAccept: {kind}\r\nAccept-Language: en\r\n"
        self.tail += "Sec-Fetch-Mode: navigate\r\nCookie: "

    def address(self) -> tuple[Guest, str]:
        """Return whose turn it is, and what they ask for."""
        self.turn += 1
        guest = self.guests[self.turn % len(self.guests)]
        return guest, self.page.format(chat=guest.chat, **self.named[self.turn % len(self.named)]).replace(" ", "+")

    def next(self, _connection: int) -> tuple[int, bytes]:
        """Return the next request."""
        guest, address = self.address()
        return self.turn, f"GET {address}{self.tail}{guest.cookie}\r\n\r\n".encode()


def queries(asking: Asking) -> int:
    """Return how many questions the page asks the database, in this process, at its second showing."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    guest, address = asking.address()
    headers = {"Cookie": guest.cookie, "Sec-Fetch-Mode": "navigate", "Accept": "text/html"}
    client = Client(SERVER_NAME="localhost", headers=headers)
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address}: {answer.status_code}")
    return len(asked)


def measure(square: Square, guests: list[Guest], named: list[dict[str, object]]) -> dict[str, float]:
    """Return the figures of each page."""
    figures: dict[str, float] = {}
    bare = Asking(square.port, EMPTY, guests, named)
    lines = connect(square.port, CONNECTIONS)
    bares: list[float] = []

    def flat_out(asking: Asking) -> Result:
        result = run(lines, ROUND_S, CONNECTIONS, asking.next)
        sound(result)
        return result

    for name, page in PAGES.items():
        asking = Asking(square.port, page, guests, named)
        flat_out(asking)
        flat_out(bare)
        rounds = [(flat_out(asking), flat_out(bare)) for _ in range(ROUNDS)]
        top = statistics.median(mine.per_second for mine, _ in rounds)
        bares += [theirs.per_second for _, theirs in rounds]
        half = run(lines, HALF_S, CONNECTIONS, asking.next, rate=top / 2)
        sound(half)
        figures[f"{name}_rps"] = round(top, 1)
        figures[f"{name}_p99_ms"] = round(half.quantile_ms(0.99), 1)
        figures[f"{name}_queries"] = queries(asking)
        figures[f"{name}_slowdown_over_bare"] = slowdown([mine for mine, _ in rounds], [other for _, other in rounds])
        print({key: value for key, value in figures.items() if key.startswith(f"{name}_")}, flush=True)
    figures["bare_rps"] = round(statistics.median(bares), 1)
    figures["bare_queries"] = 2
    figures["most_queries"] = max(value for key, value in figures.items() if key.endswith("_queries"))
    return figures


def main() -> None:
    """Run and report."""
    os.environ["PARVIS_SECRET_KEY"] = SECRET
    from django.core.management import call_command

    with tempfile.TemporaryDirectory(prefix="parvis-pages-") as folder:
        square = Filled(Path(folder) / "square", clips=CLIPS, people=PEOPLE)
        try:
            square.make()
            people, named = fill()
            print(f"{len(people)} guests have full pages", flush=True)
            call_command("collectstatic", verbosity=0, interactive=False)
            square.serve(wait_s=1_500.0)
            figures = measure(square, sign_in(people), named)
        finally:
            square.stop()
    report("pages", figures, {"most_queries": ("<=", 15)})


if __name__ == "__main__":
    main()
