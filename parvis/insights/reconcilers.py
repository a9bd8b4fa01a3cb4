"""Slow work of this package: watches are counted; who saw what is forgotten in time."""

from parvis.events.reconcile import Reconciler
from parvis.insights.actions import count_some, forget_seen

RECONCILERS: tuple[Reconciler, ...] = (
    Reconciler("insights: count", count_some, idle_seconds=30.0),
    Reconciler("insights: forget", forget_seen, idle_seconds=600.0),
)
