"""Slow work of this package."""

from django.core.files.storage import default_storage

from parvis.events.reconcile import Hourly, Reconciler
from parvis.inbox.actions.evidence import sweep as sweep_evidence
from parvis.inbox.actions.notices import sweep
from parvis.inbox.actions.push import sweep as sweep_push
from parvis.inbox.letters import send_letter
from parvis.inbox.pictures import stored_homes, stored_names
from parvis.inbox.queries.chats import unnamed
from parvis.inbox.sending import send_one


def sweep_pictures() -> bool:
    """Delete stored pictures that no message names any more; always done in one go."""
    for home in stored_homes():
        for name in unnamed(stored_names(home)):
            default_storage.delete(name)
    return False


RECONCILERS = (
    Reconciler("inbox: letters", send_letter, idle_seconds=30.0),
    Reconciler("inbox: push", send_one, lanes=2),
    Reconciler("inbox: old push", Hourly(sweep_push).step, idle_seconds=60.0),
    Reconciler("inbox: sweep", Hourly(sweep).step, idle_seconds=60.0),
    Reconciler("inbox: what was reported", Hourly(sweep_evidence).step, idle_seconds=60.0),
    Reconciler("inbox: pictures", Hourly(sweep_pictures).step, idle_seconds=60.0),
)
