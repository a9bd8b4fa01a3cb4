"""Slow work of this package."""

from parvis.events.reconcile import Reconciler
from parvis.guardians.actions import end_grown, expire, sweep

RECONCILERS = (
    Reconciler("guardians: grown up", end_grown, idle_seconds=60.0),
    Reconciler("guardians: unanswered", expire, idle_seconds=60.0),
    Reconciler("guardians: sweep", sweep, idle_seconds=600.0),
)
