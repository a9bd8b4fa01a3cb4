"""Setting rules for a teen: what is new holds at once, and the teen reads of it."""

import uuid
from typing import Any

from django.db import transaction

from parvis.accounts.actions.profile import change
from parvis.accounts.models import Person
from parvis.accounts.queries import person_of
from parvis.accounts.viewer import Viewer
from parvis.cells.keys import seal
from parvis.events.actions import record
from parvis.guardians import kinds, queries
from parvis.guardians.actions.ending import log
from parvis.guardians.errors import NoSuchLink, OnlyTheGuardian
from parvis.guardians.models import GUARDIAN, RULES, Link, Rules
from parvis.guardians.policies import Wish, check
from parvis.kit.clock import now
from parvis.social.actions.around import hold_pair


@transaction.atomic
def set_rules(*, viewer: Viewer, link: uuid.UUID, wish: Wish) -> None:
    """Set what holds for the teen of a link, in place of what the viewer had set; the same again is once.

    SignInNeeded, NoSuchLink, OnlyTheGuardian; BadRules for what is looser than what holds at that age anyway."""
    guardian = person_of(viewer)
    mine = queries.for_viewer(viewer).one(link)
    if not mine.is_linked:
        raise NoSuchLink
    if mine.role != GUARDIAN:
        raise OnlyTheGuardian
    check(wish)
    hold_pair(mine.person_id, mine.other_id)
    copy = queries.teens_copy(link)
    if not copy.is_linked:
        raise NoSuchLink
    news = wish.differs_from(queries.wish_of(Rules.objects.filter(link=copy).first()))
    if news:
        _keep(copy, wish)
        _tell(copy, guardian, news)


def _keep(copy: Link, wish: Wish) -> None:
    tags = seal(copy.person_id, queries.TAGS, "\n".join(wish.tags)) if wish.tags else None
    start, end = wish.quiet or (None, None)
    values = {
        "minutes": wish.minutes,
        "break_after": wish.break_after,
        "quiet_from": start,
        "quiet_until": end,
        "is_kept_private": wish.is_kept_private,
        "messages": wish.messages,
        "comments": wish.comments,
        "tags": tags,
        "changed_at": now(),
    }
    own = {"home": copy.home, "person_id": copy.person_id}
    Rules.objects.update_or_create(link=copy, defaults=values, create_defaults={**values, **own})
    if wish.is_kept_private:
        change(Person.objects.get(id=copy.person_id), is_private=True)


def _tell(copy: Link, guardian: Person, news: list[tuple[str, Any]]) -> None:
    said = {name: len(value) if name == "tags" else value for name, value in news}
    noted = log(copy.link, RULES, by=guardian, said=said)
    data = {"link": str(copy.link), "change": str(noted.id) if noted else ""}
    record(kinds.RULES_CHANGED, home=guardian.home, actor=guardian.id, object=copy.person_id, data=data)
