"""What a worker does: every reconciler and every subscriber of every package, named here and nowhere else."""

from parvis.accounts.reconcilers import RECONCILERS as ACCOUNTS
from parvis.clips.reconcilers import RECONCILERS as CLIPS
from parvis.connect.reconcilers import RECONCILERS as CONNECT
from parvis.events.reconcile import Loop, Reconciler
from parvis.events.subscribe import Subscriber
from parvis.feed.reconcilers import RECONCILERS as FEED
from parvis.guardians.reconcilers import RECONCILERS as GUARDIANS
from parvis.guardians.subscribers import SUBSCRIBERS as GUARDIANS_NEWS
from parvis.inbox.reconcilers import RECONCILERS as INBOX
from parvis.inbox.subscribers import subscribers as inbox
from parvis.insights.reconcilers import RECONCILERS as INSIGHTS
from parvis.insights.subscribers import SUBSCRIBERS as INSIGHTS_NEWS
from parvis.owndata.reconcilers import RECONCILERS as OWNDATA
from parvis.safety.reconcilers import RECONCILERS as SAFETY
from parvis.search.reconcilers import RECONCILERS as SEARCH
from parvis.search.subscribers import SUBSCRIBERS as SEARCH_NEWS
from parvis.social.subscribers import SUBSCRIBERS as SOCIAL
from parvis.webhooks.reconcilers import RECONCILERS as WEBHOOKS
from parvis.webhooks.subscribers import subscribers as webhooks

SUBSCRIBERS: tuple[Subscriber, ...] = (*SOCIAL, *SEARCH_NEWS, *inbox(), *webhooks(), *INSIGHTS_NEWS, *GUARDIANS_NEWS)
RECONCILERS: tuple[Reconciler, ...] = (
    *ACCOUNTS,
    *CONNECT,
    *CLIPS,
    *SEARCH,
    *SAFETY,
    *INBOX,
    *WEBHOOKS,
    *FEED,
    *INSIGHTS,
    *OWNDATA,
    *GUARDIANS,
)


def loop() -> Loop:
    """Return the loop of one worker process, not yet started."""
    return Loop([*RECONCILERS, *(Reconciler(f"subscriber {one.name}", one.step) for one in SUBSCRIBERS)])
