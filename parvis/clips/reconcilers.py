"""Slow work of this package: what the worker runs, from rows."""

from time import monotonic
from typing import Final

from parvis.clips.actions import expire_upload, publish_due
from parvis.clips.processing.claims import free_dead_claims
from parvis.clips.processing.likenesses import Making, Round
from parvis.clips.processing.steps import make_first, make_rest
from parvis.clips.processing.sweep import clear_upload, erase_clip, remove_retired, sweep_orphans
from parvis.events.reconcile import Reconciler

SWEEP_SECONDS: Final = 6 * 3600.0


class _LastSweep:
    at = -SWEEP_SECONDS


def sweep() -> bool:
    """Look for orphans at the start and every few hours, however often the worker is woken."""
    if monotonic() - _LastSweep.at >= SWEEP_SECONDS:
        _LastSweep.at = monotonic()
        sweep_orphans()
    return False


RECONCILERS: tuple[Reconciler, ...] = (
    Reconciler("clips: first renditions", make_first),
    Reconciler("clips: ladders", make_rest),
    Reconciler("clips: schedule", publish_due),
    Reconciler("clips: dead claims", free_dead_claims, idle_seconds=2.0),
    Reconciler("clips: expired uploads", expire_upload, idle_seconds=30.0),
    Reconciler("clips: used parts", clear_upload, idle_seconds=2.0),
    Reconciler("clips: retired renditions", remove_retired, idle_seconds=60.0),
    Reconciler("clips: deleted clips", erase_clip, idle_seconds=2.0),
    Reconciler("clips: orphans", sweep, idle_seconds=60.0),
    Reconciler("clips: missing likenesses", Round().step, idle_seconds=60.0),
    Reconciler("clips: likenesses", Making().step, idle_seconds=60.0),
)
