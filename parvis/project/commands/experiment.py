"""Compare two ways of making For You on live traffic: start, stop, report, settings."""

import argparse
from datetime import timedelta
from typing import Any

from parvis.project.config import Config
from parvis.project.console import say
from parvis.project.database import database, set_up_django
from parvis.project.supervise import StartError


def arguments(parser: argparse.ArgumentParser) -> None:
    """One word for each thing to do."""
    words = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    begin = words.add_parser("start", help="show two ways of making For You to two groups of viewers, from now on")
    begin.add_argument("name", help="its name, which viewers read: small letters, digits, hyphens")
    begin.add_argument(
        "--a", action="append", default=[], metavar="SETTING=NUMBER", help="what way A changes (nothing)"
    )
    begin.add_argument("--b", action="append", default=[], metavar="SETTING=NUMBER", help="what way B changes")
    begin.add_argument("--share", type=float, default=1.0, help="share of the viewers who take part (1)")
    begin.add_argument("--days", type=float, help="stop by itself after so many days (never)")
    begin.add_argument("--audience", default="adults", help="adults, visitors-too or everybody (adults)")
    begin.add_argument("--measure", default="watched", help="the measure that decides (watched)")
    begin.add_argument("--effect", type=float, default=0.05, help="the change hoped for, as a share (0.05)")
    end = words.add_parser("stop", help="give everybody the plain feed again")
    end.add_argument("name", help="which experiment")
    told = words.add_parser("report", help="what is known now; look as often as you like")
    told.add_argument("name", nargs="?", help="which experiment (the one that runs, or else the last)")
    words.add_parser("settings", help="what a way may change, and what it is now")


def run(options: argparse.Namespace) -> int:
    """Do it; what is refused is said in one line, and nothing has changed then."""
    with database(Config.from_env()):
        set_up_django()
        from parvis.kit.errors import ParvisError

        try:
            {"start": _start, "stop": _stop, "report": _report, "settings": _settings}[options.what](options)
        except ParvisError as error:
            raise StartError(str(error)) from error
    return 0


def _start(options: argparse.Namespace) -> None:
    from django.db import transaction

    from parvis.feed.experiments import actions
    from parvis.kit.clock import now

    way_a, way_b = actions.changes_from(options.a), actions.changes_from(options.b)
    stops_at = now() + timedelta(days=options.days) if options.days is not None else None
    columns = {name: getattr(options, name) for name in ("name", "share", "audience", "measure", "effect")}
    with transaction.atomic():  # if another one runs, this one is not kept either
        experiment = actions.plan(viewer=None, way_a=way_a, way_b=way_b, stops_at=stops_at, **columns)
        actions.start(viewer=None, experiment=experiment)
    say(f"{experiment.name} runs. `parvis experiment report` says when it may be stopped.")


def _stop(options: argparse.Namespace) -> None:
    from parvis.feed.experiments import actions
    from parvis.feed.queries import experiment

    row = experiment(options.name)
    actions.stop(viewer=None, experiment=row)
    say(f"{row.name} is over: everybody has the plain feed within a second.")


def _report(options: argparse.Namespace) -> None:
    from parvis.feed.experiments import outcomes, words
    from parvis.feed.queries import experiment

    _print(words.page(outcomes.report(experiment(options.name))))


def _settings(options: argparse.Namespace) -> None:
    from parvis.feed.experiments.arms import plain
    from parvis.recommender.variants import settings

    for name, value in sorted(settings(plain()).items()):
        say(f"{name:24} {value:g}")


def _print(page: dict[str, Any]) -> None:
    row = page["experiment"]
    say(f"{row.name}: {row.state}. {page['decision']}")
    for arm in page["arms"]:
        changes = arm["changes"] or "the feed as it is"
        say(f"  {arm['name']}  {arm['viewers']} viewers, {arm['showings']} showings: {changes}")
    say(f"  {page['decides']} decides. Chance of so uneven a split: {page['split_p']}")
    for line in page["lines"]:
        between = f"{line['difference']} ({line['interval']})" if "at" in line else "-"
        guard = " (guard)" if line["is_guard"] else ""
        say(f"  {line['words'] + guard:42} {line['a']:>9} {line['b']:>9}   {between:28} {line['verdict']}")
