"""Say what the feed is made of: `parvis recommender card`."""

import argparse
import json
from typing import Any

from parvis.project.config import Config
from parvis.project.console import say
from parvis.project.database import database, set_up_django


def arguments(parser: argparse.ArgumentParser) -> None:
    """What to show, and how."""
    parser.add_argument("what", choices=["card"], help="card: stages, weights, words, what is read, since when")
    parser.add_argument("--json", action="store_true", help="for programs, as at /about-feed/card.json")


def run(options: argparse.Namespace) -> int:
    """Print the model card of this installation."""
    with database(Config.from_env()):
        set_up_django()
        from parvis.feed.modelcard import card, idle_feeds

        made = card(idle_feeds())
    say(json.dumps(made, indent=1, ensure_ascii=False) if options.json else "\n".join(lines(made)))
    return 0


def lines(card: dict[str, Any]) -> list[str]:
    """Return the card as plain lines."""
    said = [f"Model card of {card['installation']}, {card['made_at']}"]
    for feed in card["feeds"]:
        since = feed["since"] or "not served yet"
        said += ["", f"{feed['feed']}: recipe {feed['recipe']}, since {since}"]
        said += [f"  {one['kind']:8} {one['name']}{_numbers(one['numbers'])}" for one in feed["stages"]]
        said += [f"  part     {one['name']}: {one['for'] or one['against']}" for one in feed["parts"]]
    said += ["", f"Learner {card['learner']['name']}{_numbers(card['learner']['numbers'])}", "", "Reads:"]
    for one in card["reads"]:
        said.append(f"  {one['table']}: {one['why']}")
        said += [f"    {kind}: {' '.join(columns)}" for kind, columns in one["columns"].items()]
    order = card["in_order_of_time"]
    proof = f"as the role {order['role']}" if order["is_used"] else "without a role of its own (see parvis doctor)"
    return [*said, "", f"In order of time, {proof}: {', '.join(order['reads'])}, {order['asks']}"]


def _numbers(numbers: dict[str, float]) -> str:
    return "".join(f", {name} {number:g}" for name, number in numbers.items())
