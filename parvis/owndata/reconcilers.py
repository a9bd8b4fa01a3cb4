"""Slow work of this package: archives made, removed and taken up, people erased."""

from parvis.events.reconcile import Hourly, Reconciler
from parvis.owndata.actions.arriving import arrive_one
from parvis.owndata.actions.downloads import make_one, remove_old, sweep_archives
from parvis.owndata.actions.leaving import erase_one
from parvis.owndata.actions.moving import move_in_one

RECONCILERS: tuple[Reconciler, ...] = (
    Reconciler("owndata: archives", make_one, idle_seconds=2.0),
    Reconciler("owndata: old archives", remove_old, idle_seconds=60.0),
    Reconciler("owndata: left archives", Hourly(sweep_archives).step, idle_seconds=60.0),
    Reconciler("owndata: arrivals", arrive_one, idle_seconds=2.0),
    Reconciler("owndata: arrivals from elsewhere", move_in_one, idle_seconds=2.0),
    Reconciler("owndata: erasures", erase_one, idle_seconds=10.0),
)
