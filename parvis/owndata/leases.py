"""Holding a row while slow work is done on it: a lease that the work itself renews, and that a crash lets run out."""

import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic
from typing import Any, Final, Generic, TypeVar

from django.db import transaction
from django.db.models import Q
from psycopg import sql

from parvis.events.connections import open_connection
from parvis.kit.clock import now
from parvis.owndata.models import Leased

log = logging.getLogger(__name__)

LEASE: Final = timedelta(seconds=60)
RENEW_SECONDS: Final = 5.0
PAUSE: Final = timedelta(seconds=5)
FAILURES_MOST: Final = 6

R = TypeVar("R", bound=Leased)


class LeaseLost(Exception):
    """The row is no longer ours: it is gone, or another worker has it."""


@dataclass
class Held(Generic[R]):
    """A row in hand. Call `renew` at least every LEASE; it costs nothing when called often."""

    row: R
    me: uuid.UUID
    renewed: float

    def mine(self) -> "Any":
        """Return the row as a queryset that is empty once it is no longer ours."""
        return type(self.row)._default_manager.filter(pk=self.row.pk, claimed_by=self.me)

    def renew(self) -> None:
        """Keep the row. LeaseLost if it is not ours any more.

        On a connection of its own: the caller's may stand in a transaction that only reads, for as long as it takes.
        """
        if monotonic() - self.renewed >= RENEW_SECONDS:
            self.renewed = monotonic()
            table = sql.Identifier(type(self.row)._meta.db_table)
            text = sql.SQL("update {} set lease_until = %s where id = %s and claimed_by = %s").format(table)
            with open_connection() as link:
                if not link.execute(text, [now() + LEASE, self.row.pk, self.me]).rowcount:
                    raise LeaseLost


def take(model: type[R], due: Q) -> Held[R] | None:
    """Claim a row that is due and that nobody holds; None if there is none."""
    moment, me = now(), uuid.uuid4()
    free = (Q(lease_until__isnull=True) | Q(lease_until__lt=moment)) & (
        Q(retry_at__isnull=True) | Q(retry_at__lte=moment)
    )
    with transaction.atomic():
        row = model._default_manager.select_for_update(skip_locked=True).filter(due & free).order_by("pk").first()
        if row is None:
            return None
        row.claimed_by, row.lease_until = me, moment + LEASE
        row.save(update_fields=["claimed_by", "lease_until"])
    return Held(row, me, monotonic())


def work(held: Held[R], step: Callable[[Held[R]], None], give_up: Callable[[Held[R]], None] | None = None) -> None:
    """Do the work on a held row, and let it go. What fails is tried again after a growing pause, and given up after
    FAILURES_MOST times where `give_up` says how."""
    try:
        step(held)
    except LeaseLost:
        log.info("%s %s: the lease is over", type(held.row).__name__, held.row.pk)
    except Exception:
        log.exception("%s %s failed", type(held.row).__name__, held.row.pk)
        failures = held.row.failures + 1
        if give_up is not None and failures >= FAILURES_MOST:
            give_up(held)
        else:
            held.mine().update(failures=failures, retry_at=now() + PAUSE * 3 ** min(failures - 1, 6))
    finally:
        held.mine().update(claimed_by=None, lease_until=None)
