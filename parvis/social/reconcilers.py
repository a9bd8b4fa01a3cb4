"""Slow work of this package."""

from parvis.events.reconcile import Reconciler

RECONCILERS: tuple[Reconciler, ...] = ()
