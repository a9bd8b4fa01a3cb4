"""What can be told. What the inbox tells a person of, their programs can be told of, too: each kind of news says whom
an event tells. Beside that, what becomes of one's own clips."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from parvis.accounts.notices import Telling, declared
from parvis.accounts.scopes import READ
from parvis.events.models import Event
from parvis.webhooks.errors import UnknownTopic

PING: Final = "ping"  # asked for by the owner; no event


@dataclass(frozen=True)
class Topic:
    """One thing that can be told.

    `events` are the kinds of event that it comes from, `tell` says whom one tells, `news` is the kind of news that it
    is. `about` and `detail` are the names by which ids are told. `needs_clip`: the person must be able to see the clip
    still. `scope`: what an app must be allowed.
    """

    name: str
    label: Any
    events: frozenset[str]
    tell: Callable[[Event], Iterable[Telling]]
    news: str = ""
    needs_clip: bool = False
    about: str = ""
    detail: str = ""
    scope: str = READ


def _own(event: Event) -> Iterator[Telling]:
    if event.actor is not None:
        yield Telling(event.actor, about=event.object)


def _of_news(name: str, news: str, **more: Any) -> Topic:
    kind = declared()[news]
    return Topic(name, kind.label, kind.events, kind.tell, news, **more)


def topics() -> dict[str, Topic]:
    """Return every topic by name, once each package has declared its kinds of news."""
    clip: dict[str, Any] = {"needs_clip": True, "about": "clip"}
    comment = {**clip, "detail": "comment"}
    found = (
        Topic("clip.published", _("Your clips are published"), frozenset({"clip.published"}), _own, **clip),
        Topic("clip.hidden", _("Your clips are hidden"), frozenset({"clip.hidden"}), _own, **clip),
        Topic("clip.deleted", _("Your clips are deleted"), frozenset({"clip.deleted"}), _own, about="clip"),
        _of_news("clip.ready", "clip-processed", **clip),
        _of_news("clip.failed", "clip-failed", **clip),
        _of_news("clip.held", "clip-held", **clip),
        _of_news("clip.liked", "liked", **clip),
        _of_news("comment.created", "commented", **comment),
        _of_news("comment.answered", "answered", **comment),
        _of_news("comment.liked", "comment-liked", **comment),
        _of_news("person.named", "named", **comment),
        _of_news("follower.new", "followed"),
        _of_news("follower.asks", "follow-requested"),
        _of_news("follower.accepted", "follow-accepted"),
        _of_news("decision.made", "decided", about="decision"),
        _of_news("appeal.heard", "appeal-heard", about="decision"),
        _of_news("report.answered", "report-answered", about="report"),
    )
    return {topic.name: topic for topic in found}


def known(names: Iterable[str]) -> list[str]:
    """Return topics in the order of `topics`, each once. UnknownTopic for another word, and for none."""
    wanted, there = set(names), topics()
    if not wanted or not wanted <= there.keys():
        raise UnknownTopic
    return [name for name in there if name in wanted]
