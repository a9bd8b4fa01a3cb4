"""Blocking people. `social.actions.block` does it for pages and the API: it also ends follows."""

from django.db import transaction

from parvis.accounts import kinds
from parvis.accounts.errors import CannotBlockYourself, SignInNeeded, TooManyBlocks
from parvis.accounts.models import Block, BlockedBy, Person
from parvis.accounts.viewer import Viewer
from parvis.events.actions import record

BLOCKS_MOST = 5000


@transaction.atomic
def block(*, viewer: Viewer, person: Person) -> None:
    """Block a person: nothing of either is shown to the other from now on. Twice is once.

    Raises SignInNeeded, CannotBlockYourself, TooManyBlocks."""
    me = viewer.person_id
    if me is None:
        raise SignInNeeded
    if me == person.id:
        raise CannotBlockYourself
    if Block.objects.filter(person_id=me)[BLOCKS_MOST - 1 :].exists():
        raise TooManyBlocks
    _, is_new = Block.objects.get_or_create(person_id=me, blocked=person, defaults={"home": viewer.home})
    if is_new:
        BlockedBy.objects.create(home=person.home, person=person, blocker_id=me)
        record(kinds.BLOCKED, home=viewer.home, actor=me, object=person.id)


@transaction.atomic
def unblock(*, viewer: Viewer, person: Person) -> None:
    """Block a person no longer; follows that ended stay ended. Raises SignInNeeded."""
    if viewer.person_id is None:
        raise SignInNeeded
    removed, _ = Block.objects.filter(person_id=viewer.person_id, blocked=person).delete()
    if removed:
        BlockedBy.objects.filter(person=person, blocker_id=viewer.person_id).delete()
        record(kinds.UNBLOCKED, home=viewer.home, actor=viewer.person_id, object=person.id)
