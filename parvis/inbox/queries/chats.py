"""Conversations and messages as one person's pages show them."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from parvis.accounts.errors import SignInNeeded
from parvis.accounts.models import Person
from parvis.accounts.notices import isolated
from parvis.accounts.queries import apart_from
from parvis.accounts.viewer import Viewer
from parvis.cells.keys import unseal
from parvis.clips.cards import Card
from parvis.clips.queries import for_viewer as clips_for
from parvis.inbox.errors import NoSuchChat, NoSuchMessage
from parvis.inbox.models import Chat, ChatMember, Evidence, Message
from parvis.inbox.models.chats import ADDED, CLIP, GONE, LEFT, OPEN, PICTURE, REFUSED, REQUEST, UNSENT
from parvis.kit.paging import Place

PAGE: Final = 30
MESSAGES: Final = 40
BODY: Final = "inbox_message.body"
PICTURE_KEY: Final = "inbox_message.picture_key"
TITLE: Final = "inbox_chat.title"
NEWEST = """
select m.* from unnest(%s::uuid[]) as c(id)
cross join lateral (select * from inbox_message where chat_id = c.id order by number desc limit 1) m
"""


@dataclass(frozen=True)
class ShownChat:
    """A conversation as its person sees it. `name`: the title, or who is in it; `preview`: of the newest message.
    Of a group's `people` those are left out who are apart from its person."""

    id: uuid.UUID
    name: str
    people: list[Person]
    preview: str
    at: datetime
    unread: int
    is_group: bool
    is_request: bool
    is_muted: bool
    has_own_name: bool
    version: int
    seen_at: dict[uuid.UUID, datetime] = field(default_factory=dict)

    @property
    def other(self) -> Person | None:
        """Whom a conversation of two is with; None in a group."""
        return self.people[0] if self.people and not self.is_group else None


@dataclass(frozen=True)
class ShownMessage:
    """A message as one of its people sees it. `notice` is a sentence that stands in place of a message."""

    id: uuid.UUID
    message: uuid.UUID
    number: int
    author: Person | None
    is_own: bool
    is_first: bool
    text: str
    notice: str
    clip: Card | None
    is_clip: bool
    picture: str
    width: int
    height: int
    at: datetime
    day: datetime | None
    may_unsend: bool
    seen_by: list[Person]


@dataclass(frozen=True)
class ChatsPage:
    """A page of conversations, the newest first; `next` is the cursor of the following page, empty on the last."""

    chats: list[ShownChat]
    next: str


@dataclass(frozen=True)
class MessagesPage:
    """A page of messages, the oldest first; `before` is the number to go on from towards the past, None at the end."""

    messages: list[ShownMessage]
    before: int | None


@dataclass(frozen=True)
class ChatsOf:
    """What one viewer may see of conversations: their own copies."""

    viewer: Viewer

    @property
    def person(self) -> uuid.UUID:
        """Who looks. SignInNeeded for a visitor."""
        if self.viewer.person_id is None:
            raise SignInNeeded
        return self.viewer.person_id

    def chats(self, *, requests: bool = False, after: str = "", limit: int = PAGE) -> ChatsPage:
        """Return a page of the viewer's conversations, or of the requests to them."""
        found = Chat.objects.filter(person_id=self.person, state=REQUEST if requests else OPEN)
        place = Place.of(after)
        if place is not None:
            found = found.filter(Q(at__lt=place.at) | Q(at=place.at, id__lt=place.id))
        rows = list(found.order_by("-at", "-id")[: limit + 1])
        last = rows[limit - 1] if len(rows) > limit else None
        return ChatsPage(self._shown(rows[:limit]), str(Place(last.at, last.id)) if last else "")

    def request_count(self) -> int:
        """Return how many conversations wait for the viewer's answer, 100 at most."""
        return Chat.objects.filter(person_id=self.person, state=REQUEST)[:100].count()

    def version(self, conversation: uuid.UUID) -> int:
        """Return a number that differs once anything in a conversation has changed. NoSuchChat."""
        found = Chat.objects.filter(person_id=self.person, conversation=conversation).values_list("version", "state")
        row = found.first()
        if row is None or row[1] in {LEFT, REFUSED}:
            raise NoSuchChat
        return row[0]

    def one(self, conversation: uuid.UUID) -> ShownChat:
        """Return one of the viewer's conversations. NoSuchChat for one that is left, refused or a stranger's."""
        row = Chat.objects.filter(person_id=self.person, conversation=conversation, state__in=[OPEN, REQUEST]).first()
        if row is None:
            raise NoSuchChat
        return self._shown([row])[0]

    def _shown(self, rows: Sequence[Chat]) -> list[ShownChat]:
        ids = [row.id for row in rows]
        members: dict[uuid.UUID, list[ChatMember]] = defaultdict(list)
        groups = {row.id for row in rows if row.is_group}
        apart = apart_from(self.person) if groups else frozenset()
        for member in ChatMember.objects.filter(chat__in=ids).select_related("member").order_by("id"):
            if member.chat_id not in groups or member.member_id not in apart:
                members[member.chat_id].append(member)
        newest = {message.chat_id: message for message in Message.objects.raw(NEWEST, [ids])} if ids else {}
        return [self._chat(row, members[row.id], newest.get(row.id)) for row in rows]

    def _chat(self, row: Chat, members: Collection[ChatMember], newest: Message | None) -> ShownChat:
        people = [one.member for one in members]
        title = unseal(row.person_id, TITLE, row.title) if row.title and not row.is_title_withheld else ""
        return ShownChat(
            id=row.conversation,
            name=title or _names(people),
            people=people,
            preview=self._preview(newest, {one.id: one for one in people}) if newest else "",
            at=row.at,
            unread=row.unread,
            is_group=row.is_group,
            is_request=row.state == REQUEST,
            is_muted=row.is_muted,
            has_own_name=bool(title) and row.is_group,
            version=row.version,
            seen_at={one.member_id: one.read_at for one in members if one.read_at},
        )

    def _preview(self, message: Message, people: dict[uuid.UUID, Person]) -> str:
        text = unseal(message.person_id, BODY, message.body) if message.body else ""
        author = people.get(message.author_id) if message.author_id else None
        if notice := notice_of(message, author, text, is_own=message.author_id == self.viewer.person_id):
            return notice
        said = text or {CLIP: _("A clip"), PICTURE: _("A picture")}.get(message.kind, "")
        if message.author_id == self.viewer.person_id:
            return _("You: %(text)s") % {"text": isolated(said)}
        return said

    def messages(self, chat: ShownChat, *, before: int | None = None, limit: int = MESSAGES) -> MessagesPage:
        """Return a page of a conversation's messages: the newest, or those before a number."""
        rows = Message.objects.filter(person_id=self.person, chat__conversation=chat.id).select_related("author")
        rows = rows.order_by("-number")
        if before is not None:
            rows = rows.filter(number__lt=before)
        found = list(rows[: limit + 1])
        shown = found[:limit][::-1]
        wanted = [row.clip for row in shown if row.clip]
        cards = {card.id: card for card in clips_for(self.viewer).some(wanted)} if wanted else {}
        last_own = max((row.number for row in shown if row.author_id == self.person), default=-1)
        out: list[ShownMessage] = []
        for at, row in enumerate(shown):
            out.append(self._message(row, shown[at - 1] if at else None, chat, cards, last_own))
        return MessagesPage(out, shown[0].number if len(found) > limit else None)

    def _message(
        self, row: Message, previous: Message | None, chat: ShownChat, cards: dict[uuid.UUID, Card], last_own: int
    ) -> ShownMessage:
        is_own = row.author_id == self.viewer.person_id
        text = unseal(row.person_id, BODY, row.body) if row.body else ""
        notice = notice_of(row, row.author, text, is_own=is_own)
        is_new_day = previous is None or previous.at.date() != row.at.date()
        seen = [one for one in chat.people if (at := chat.seen_at.get(one.id)) and at >= row.at]
        return ShownMessage(
            id=row.id,
            message=row.message,
            number=row.number,
            author=row.author,
            is_own=is_own,
            is_first=is_new_day or previous is None or previous.author_id != row.author_id or previous.body is None,
            text="" if notice else text,
            notice=notice,
            clip=cards.get(row.clip) if row.clip and not row.is_withheld else None,
            is_clip=row.kind == CLIP and not row.is_withheld,
            picture=f"/messages/pictures/{row.id}" if row.picture and not row.is_withheld else "",
            width=row.width,
            height=row.height,
            at=row.at,
            day=row.at if is_new_day else None,
            may_unsend=is_own and row.nonce is not None and row.kind != UNSENT,
            seen_by=seen if row.number == last_own and is_own else [],
        )

    def picture(self, message_id: uuid.UUID) -> tuple[str, bytes]:
        """Return the file name and the key of a picture in the viewer's copy of a message. NoSuchMessage."""
        mine = Message.objects.filter(id=message_id, person_id=self.person, is_withheld=False)
        row = mine.exclude(picture="").first()
        if row is None or row.picture_key is None:
            raise NoSuchMessage
        return row.picture, bytes.fromhex(unseal(row.person_id, PICTURE_KEY, row.picture_key))


def for_viewer(viewer: Viewer) -> ChatsOf:
    """Return what a viewer may see: the only door."""
    return ChatsOf(viewer)


def unnamed(names: Sequence[str]) -> list[str]:
    """Return those of some stored pictures that no message names, and no copy for moderators."""
    named = set(Message.objects.filter(picture__in=names).values_list("picture", flat=True))
    named |= set(Evidence.objects.filter(picture__in=names).values_list("picture", flat=True))
    return [name for name in names if name not in named]


def _names(people: Sequence[Person]) -> str:
    """Who is in a conversation, in words."""
    names = [isolated(one.name) for one in people]
    if not names:
        return _("Nobody else")
    if len(names) == 1:
        return people[0].name
    if len(names) == 2:
        return _("%(one)s and %(other)s") % {"one": names[0], "other": names[1]}
    more = len(names) - 2
    return ngettext("%(one)s, %(other)s and %(count)d other", "%(one)s, %(other)s and %(count)d others", more) % {
        "one": names[0],
        "other": names[1],
        "count": more,
    }


def notice_of(row: Message, author: Person | None, text: str, *, is_own: bool) -> str:
    """Return the sentence that stands in place of what is no message, or of one that was taken back or
    removed; else nothing."""
    name = {"name": isolated(author.name if author else _("Somebody")), "other": isolated(text)}
    if row.kind == UNSENT:
        return _("You took a message back.") if is_own else _("%(name)s took a message back.") % name
    if row.is_withheld:
        return _("A moderator removed this message.")
    if row.kind == ADDED:
        return _("You added %(other)s.") % name if is_own else _("%(name)s added %(other)s.") % name
    if row.kind == GONE:
        return _("%(name)s left.") % {"name": isolated(text)}
    return ""
