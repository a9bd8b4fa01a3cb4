"""An experiment in words: for the viewer who is in it or not, and for the operator who reads its report."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from parvis.accounts.viewer import Viewer
from parvis.feed import queries
from parvis.feed.experiments.arms import Running, changes_of, running_row
from parvis.feed.experiments.outcomes import Finding, Report

DECISIONS: dict[str, Any] = {
    "planned": _("It has not begun."),
    "too few": _("Go on: there are fewer than 100 viewers in one of the arms, which is too few to say anything."),
    "skewed": _("Stop, and believe nothing of it: far more viewers came to one arm than chance could explain."),
    "harm": _("Stop: in B viewers say “not interested” more often."),
    "better": _("It may be stopped: B is better by the measure that decides."),
    "worse": _("It may be stopped: B is worse by the measure that decides."),
    "no difference that matters": _("It may be stopped: there is no difference that matters."),
    "the difference changed": _("It may be stopped: the difference has changed on the way, so no one number tells it."),
    "go on": _("Go on: nothing can be said yet."),
}
VERDICTS: dict[str, Any] = {
    "better": _("better"),
    "worse": _("worse"),
    "no difference that matters": _("alike"),
    "the difference changed": _("changing"),
    "go on": _("not known yet"),
}


@dataclass(frozen=True)
class Told:
    """The running experiment, as a viewer is told of it. `arm`: theirs, None if they are not in it."""

    name: str
    until: datetime | None
    arm: str | None
    groups: list[dict[str, Any]]


def told_to(viewer: Viewer) -> Told | None:
    """Return what a viewer is told of the experiment that runs, if one does."""
    row = running_row()
    if row is None:
        return None
    running = Running.of(row)
    asked = running.asks(viewer.age_band, queries.preference(viewer.pseudonym).mode)
    groups = [{"arm": arm, "changes": written(changes)} for arm, changes in changes_of(row).items()]
    return Told(row.name, row.stops_at, running.arm(viewer.pseudonym) if asked else None, groups)


def written(changes: dict[str, float]) -> list[str]:
    """Return changes as an operator types them."""
    return [f"{name}={value:g}" for name, value in sorted(changes.items())]


def figure(finding: Finding, mean: float) -> str:
    """Return a mean in the measure's unit."""
    measure = finding.measure
    return f"{mean * measure.scale:.2f} {measure.unit}".strip()


def line(finding: Finding) -> dict[str, Any]:
    """Return a finding as the report shows it; `at`: the places of low, difference and high on a scale of 0 to 200,
    where 100 is no difference and the ends are 20 % of A or what is needed to show the difference."""
    row: dict[str, Any] = {
        "words": finding.measure.words,
        "is_guard": finding.measure.is_guard,
        "a": figure(finding, finding.means[0]),
        "b": figure(finding, finding.means[1]),
        "verdict": VERDICTS[finding.verdict],
        "kind": finding.verdict.partition(" ")[0],
    }
    if finding.relative:
        difference, low, high = finding.relative
        wide = max(20.0, 1.25 * abs(difference))
        places = [round(100 + 100 * max(min(value / wide, 1.0), -1.0), 1) for value in (low, difference, high)]
        row |= {"difference": f"{difference:+.1f} %", "interval": f"{low:+.1f} … {high:+.1f} %",
                "at": {"low": places[0], "middle": places[1], "high": places[2],
                       "width": round(places[2] - places[0], 1)}}  # fmt: skip
    return row


def page(report: Report) -> dict[str, Any]:
    """Return the report for the page and the terminal."""
    row = report.experiment
    changes = [", ".join(written(changes)) for changes in changes_of(row).values()]
    return {
        "experiment": row,
        "decision": DECISIONS[report.decision],
        "may_stop": report.decision not in {"planned", "too few", "go on"},
        "arms": [
            {"name": name, "changes": change, "viewers": viewers, "showings": showings}
            for name, change, viewers, showings in zip(
                ("A", "B"), changes, report.viewers, report.showings, strict=True
            )
        ],
        "split_p": f"{report.split_p:.3f}",
        "decides": next(one.measure.words for one in report.findings if one.name == row.measure),
        "lines": [line(one) for one in report.findings],
    }
