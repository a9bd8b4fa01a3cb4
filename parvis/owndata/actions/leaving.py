"""Deleting an account: hidden at once, erased for good when the grace is over.

What is left to erase is found in the rows themselves, table by table, so an erasure that was cut off anywhere goes on
where it stands. Its end is one transaction: the last rows, the keys, the proof, and the news of it.
"""

import logging
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F, Q

from parvis.accounts.actions.leaving import leave
from parvis.accounts.models import Person
from parvis.cells.datamap import Table
from parvis.cells.keys import destroy_person_key
from parvis.cells.records import Owner, erase_some, forget, tables_in_order
from parvis.events.actions import record, wake
from parvis.feed.kinds import VIEWER_ERASED
from parvis.kit.clock import now
from parvis.owndata import states
from parvis.owndata.errors import LastOperator, NotThisHandle
from parvis.owndata.kinds import LEAVES, PERSON_ERASED
from parvis.owndata.leases import Held, LeaseLost, take, work
from parvis.owndata.models import Erasure, Leaving

log = logging.getLogger(__name__)

# Rows that the end needs: they go in its one transaction.
LAST: Final = ("owndata_leaving", "accounts_person", "cells_personkey")
# The most rows that the end takes along: what was written while the erasure ran.
FEW: Final = 10_000


def ask(person: Person, *, handle: str) -> Leaving:
    """Delete an account: hidden now, erased after the days of grace. `handle` is what its person wrote to confirm it.

    NotThisHandle; LastOperator for the only one who runs the installation. Nothing has changed then.
    """
    if handle.strip().removeprefix("@").lower() != person.handle:
        raise NotThisHandle
    with transaction.atomic():
        others = Person.objects.select_for_update().filter(is_superuser=True, is_active=True).exclude(id=person.id)
        if person.is_superuser and not others.exists():
            raise LastOperator
        due = now() + timedelta(days=settings.PARVIS_LEAVING_DAYS)
        leaving, _ = Leaving.objects.update_or_create(
            id=person.id, defaults={"home": person.home, "due_at": due, "asked_at": now()}
        )
        leave(person, at=due)
        record(LEAVES, home=person.home, actor=person.id, object=person.id)
        transaction.on_commit(wake)
    return leaving


def erase_one() -> bool:
    """Erase one person whose grace is over; return whether there was one."""
    held = take(Leaving, Q(due_at__lte=now()))
    if held is None:
        return False
    work(held, _erase)
    return True


def _erase(held: Held[Leaving]) -> None:
    if not _begin(held):
        return
    owner = Owner.of(held.row.id, held.row.home)
    for table in tables_in_order():
        if table.name not in LAST:
            while _erase_rows(held, table, owner):
                held.renew()
    _finish(held, owner)


def _begin(held: Held[Leaving]) -> bool:
    """Whether the person is still leaving. Who came back keeps everything, and this row goes."""
    with transaction.atomic():
        person = Person.objects.select_for_update().filter(id=held.row.id).first()
        if held.row.state == states.ASKED and (person is None or not person.leaves_at or person.leaves_at > now()):
            held.mine().delete()
            return False
        if held.row.state == states.ASKED:
            held.mine().update(state=states.ERASING)
    return True


def _erase_rows(held: Held[Leaving], table: Table, owner: Owner) -> bool:
    """Erase some rows of a table and note how many, in one transaction; whether there were any."""
    with transaction.atomic():
        counts, files = erase_some(table, owner, default_storage.delete)
        if not counts:
            return False
        row = held.mine().select_for_update().first()
        if row is None:
            raise LeaseLost
        held.mine().update(counts=dict(Counter(row.counts) + Counter(counts)), files=F("files") + files)
    return True


def _finish(held: Held[Leaving], owner: Owner) -> None:
    with transaction.atomic():
        row = held.mine().select_for_update().first()
        if row is None:
            raise LeaseLost
        counts, files = Counter(row.counts), row.files
        counts.update(forget(owner))
        for table in [one for one in tables_in_order() if one.name not in LAST] + [_person()]:
            # Normally only the person is left. What came in meanwhile goes too, but not without end.
            some, names = erase_some(table, owner, default_storage.delete, FEW)
            counts.update(some)
            files += names
        counts["cells_personkey"] += 1
        Erasure.objects.create(home=owner.home, counts=dict(sorted(counts.items())), files=files)
        record(VIEWER_ERASED, home=owner.home, object=owner.pseudonym)
        record(PERSON_ERASED, home=owner.home, object=owner.person)
        Leaving.objects.filter(id=owner.person).delete()
        destroy_person_key(owner.person)
    log.info("a person of %s is erased: %s rows, %s files", owner.home, sum(counts.values()), files)


def _person() -> Table:
    return next(table for table in tables_in_order() if table.name == "accounts_person")


def erase_now(person: Person, renewed: Callable[[], None] = lambda: None) -> None:
    """Erase a person at once, as a restore does with whom a backup brought back."""
    moment = now()
    Person.objects.filter(id=person.id).update(is_active=False, leaves_at=moment)
    Leaving.objects.update_or_create(id=person.id, defaults={"home": person.home, "due_at": moment, "retry_at": None})
    while Leaving.objects.filter(id=person.id).exists():
        held = take(Leaving, Q(id=person.id))
        if held is not None:
            _erase(held)
        renewed()
