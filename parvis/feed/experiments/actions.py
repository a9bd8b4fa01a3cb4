"""Everything that changes an experiment. `viewer`: the operator who asks; None for who runs the command line."""

import re
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from parvis.accounts.viewer import Viewer
from parvis.events.actions import record
from parvis.feed.errors import BadExperiment, ForOperators, NotThatMove, OneRuns
from parvis.feed.experiments.arms import plain
from parvis.feed.experiments.outcomes import MEASURES
from parvis.feed.kinds import EXPERIMENT_CHANGED
from parvis.feed.models import AUDIENCES, EXPERIMENT, PLANNED, RUNNING, STOPPED, WITHDRAWN, Experiment
from parvis.kit.clock import now
from parvis.kit.states import IllegalMoveError
from parvis.recommender.variants import check

SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
STARTS_AFTER_ALL = (PLANNED, RUNNING)  # states that the clock moves


def changes_from(words: Iterable[str]) -> dict[str, float]:
    """Return what an operator wrote, such as `part.quality=1.2`, as changes. BadExperiment for what is none."""
    changes: dict[str, float] = {}
    for word in words:
        name, equals, value = (part.strip() for part in word.partition("="))
        try:
            changes[name] = float(value)
        except ValueError:
            raise BadExperiment(reason=_("%(word)s is not SETTING=NUMBER") % {"word": repr(word)}) from None
        if not equals or not name:
            raise BadExperiment(reason=_("%(word)s is not SETTING=NUMBER") % {"word": repr(word)})
    return changes


def plan(
    *, viewer: Viewer | None, name: str, way_a: dict[str, float], way_b: dict[str, float], **more: Any
) -> Experiment:
    """Declare an experiment, to be started by hand or at its `starts_at`.

    `more`: the other columns that an operator chooses. BadExperiment for what cannot be compared.
    """
    _permit(viewer)
    if reason := _wrong(Experiment(name=name, way_a=way_a, way_b=way_b, **more)):
        raise BadExperiment(reason=reason)
    with transaction.atomic():
        row = Experiment.objects.create(name=name, way_a=way_a, way_b=way_b, **more)
        _tell(row, viewer)
    return row


def start(*, viewer: Viewer | None, experiment: Experiment) -> None:
    """Begin to show the two ways. OneRuns while another experiment runs."""
    _permit(viewer)
    with transaction.atomic():
        others = list(Experiment.objects.select_for_update().filter(state__in=STARTS_AFTER_ALL).order_by("id"))
        if any(one.state == RUNNING and one.id != experiment.id for one in others):
            raise OneRuns
        _move(experiment, RUNNING, viewer, started_at=now())


def stop(*, viewer: Viewer | None, experiment: Experiment) -> None:
    """End it: everybody gets the plain feed again. It cannot be taken up once more."""
    _permit(viewer)
    with transaction.atomic():
        _move(experiment, STOPPED, viewer, stopped_at=now())


def withdraw(*, viewer: Viewer | None, experiment: Experiment) -> None:
    """Give up one that has not begun."""
    _permit(viewer)
    with transaction.atomic():
        _move(experiment, WITHDRAWN, viewer)


def keep_time() -> bool:
    """Start and stop what is due; whether anything was. For the worker."""
    moment = now()
    over = Experiment.objects.filter(state=RUNNING, stops_at__lte=moment).first()
    planned = Experiment.objects.filter(state=PLANNED, starts_at__lte=moment).order_by("starts_at").first()
    try:
        if over:
            stop(viewer=None, experiment=over)
        elif planned and not Experiment.objects.filter(state=RUNNING).exists():
            start(viewer=None, experiment=planned)
        else:
            return False
    except (NotThatMove, OneRuns):  # an operator was quicker
        return False
    return True


def _permit(viewer: Viewer | None) -> None:
    if viewer is not None and not viewer.is_operator:
        raise ForOperators


def _wrong(row: Experiment) -> str:
    """Say what keeps an experiment from being one; nothing if it may be."""
    names = {"audiences": ", ".join(AUDIENCES), "measures": ", ".join(MEASURES)}
    unknown = row.audience not in AUDIENCES or row.measure not in MEASURES
    faults = (
        (not SLUG.fullmatch(row.name), _("a name has small letters, digits and hyphens, at most 60")),
        (row.way_a == row.way_b, _("the two ways are the same")),
        (
            not (0 < row.share <= 1 and 0 < row.effect <= 1),
            _("the share of viewers and the effect are above 0 and at most 1"),
        ),
        (unknown, _("who takes part is one of %(audiences)s, and the measure one of %(measures)s") % names),
        (
            row.stops_at is not None and row.stops_at <= max(row.starts_at or now(), now()),
            _("it stops after it starts, and not in the past"),
        ),
        (Experiment.objects.filter(name=row.name).exists(), _("there was an experiment of this name")),
    )
    try:
        for changes in (row.way_a, row.way_b):
            check(plain(), changes)
    except ValueError as error:
        return str(error)
    return next((words for is_wrong, words in faults if is_wrong), "")


def _move(experiment: Experiment, state: str, viewer: Viewer | None, **columns: Any) -> None:
    row = Experiment.objects.select_for_update().get(id=experiment.id)
    try:
        EXPERIMENT.check(row.state, state)
    except IllegalMoveError:
        raise NotThatMove from None
    Experiment.objects.filter(id=row.id).update(state=state, **columns)
    experiment.refresh_from_db()
    _tell(experiment, viewer)


def _tell(experiment: Experiment, viewer: Viewer | None) -> None:
    # An experiment belongs to the installation, not to a market: so does what is told of it.
    actor = viewer.person_id if viewer else None
    record(EXPERIMENT_CHANGED, home="", actor=actor, object=experiment.id, data={"state": experiment.state})
