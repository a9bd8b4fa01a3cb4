"""The model card: what the feed is made of and what it reads, from the running settings. For researchers and anybody.

After "Model Cards for Model Reporting" (Mitchell et al. 2019), as far as a program can say it of itself: parts,
numbers, data. Nothing in it is about a person.
"""

from dataclasses import asdict, fields, is_dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy, pgettext_lazy

import parvis.accounts.portable
import parvis.cells.portable
import parvis.clips.portable
import parvis.feed.portable
import parvis.social.portable  # noqa: F401 - the data map is whole only with these
from parvis.cells.datamap import declared
from parvis.feed import encoding, kept, openness, standing, words
from parvis.feed.models import Recipe
from parvis.feed.pipelines import Feeds
from parvis.feed.reconcilers import SHOWN_DAYS, WATCHED_DAYS
from parvis.feed.teaching import Teaching
from parvis.feed.traces import Recipe as TraceRecipe
from parvis.kit.clock import now
from parvis.recommender.affinities import Affinities
from parvis.recommender.catalogue import Catalogue
from parvis.recommender.pools import Pools
from parvis.recommender.secondlook import SecondLook

# Every table that the feed reads, and what for. A test compares it with what is really asked of the database.
READS: dict[str, Any] = {
    "clips_clip": gettext_lazy("The published clips."),
    "clips_rendition": gettext_lazy("The files of clips."),
    "clips_caption": gettext_lazy("The captions of clips."),
    "accounts_person": gettext_lazy("The names and pictures of creators."),
    "social_clipcounts": gettext_lazy("How often a clip was liked, commented and shared."),
    "events_event": gettext_lazy("What happened lately: likes, comments, follows, clips that are new or gone."),
    "feed_watch": gettext_lazy("What was watched, skipped and refused: what clips are worth, and the viewer's taste."),
    "feed_slate": gettext_lazy("What was shown, so that nothing is shown twice."),
    "feed_preference": gettext_lazy("Which feed the viewer chose, and the viewer's limits."),
    "feed_choice": gettext_lazy("What the viewer wants more of, less of, or never."),
    "social_like": gettext_lazy("What the viewer likes."),
    "social_follow": gettext_lazy("Whom the viewer follows."),
    "accounts_block": gettext_lazy("Whom the viewer blocks: nothing of them is shown."),
    "accounts_blockedby": gettext_lazy("Who blocks the viewer: nothing of them is shown."),
    "social_mute": gettext_lazy("Whom and what the viewer mutes."),
    "guardians_link": gettext_lazy("Who is linked as the viewer's guardian."),
    "guardians_rules": gettext_lazy("What the viewer's guardians keep from their feeds."),
    "feed_recipe": gettext_lazy("How slates were made, to explain them later."),
    "feed_experiment": gettext_lazy("Which two ways of making For You are compared just now."),
}
CLASSES = {
    "public": pgettext_lazy("class of data", "public"),
    "operational": pgettext_lazy("class of data", "operational"),
    "private": pgettext_lazy("class of data", "private"),
    "sealed": pgettext_lazy("class of data", "encrypted"),
}


def idle_feeds() -> Feeds:
    """Return the feeds as they are set up, over no clips."""
    catalogue = Catalogue()
    return Teaching(Affinities(catalogue)).feeds(Pools(catalogue))


def card(feeds: Feeds) -> dict[str, Any]:
    """Return the card as plain values for JSON; its words are in the language of the moment."""
    recipes = {name: TraceRecipe.of(feed, feeds.numbers) for name, feed in feeds.by_name.items()}
    known = {row.id: row for row in Recipe.objects.order_by("created_at")}
    in_use = {recipe.id for recipe in recipes.values()}
    return {
        "installation": settings.PARVIS_ORIGIN,
        "made_at": now().isoformat(),
        "feeds": [_feed(feeds, name, recipe, known.get(recipe.id)) for name, recipe in recipes.items()],
        "learner": {
            "name": type(feeds.learner).__name__,
            "numbers": asdict(feeds.learner.weights),
            "state": standing.state(kept.folder()),
        },
        "encoder": encoding.described(),
        "recipes": [
            {"id": row.id, "feed": row.feed, "since": row.created_at.isoformat(), "in_use": row.id in in_use}
            for row in known.values()
        ],
        "reads": [_read(name, str(why)) for name, why in READS.items()],
        "kept_days": {"feed_slate": SHOWN_DAYS, "feed_watch": WATCHED_DAYS},
        "in_order_of_time": {
            "role": openness.ROLE,
            "is_used": openness.is_there(),
            "reads": {name: columns.split() for name, columns in openness.READS.items()},
            "asks": openness.ASKS,
        },
    }


def _feed(feeds: Feeds, name: str, recipe: TraceRecipe, row: Recipe | None) -> dict[str, Any]:
    pipeline = feeds.by_name[name]
    stages: list[tuple[str, str, Any]] = [("source", one.name, one) for one in pipeline.sources]
    stages += [("rescue", one.name, one) for one in pipeline.rescue]
    stages += [("filter", one.name, one) for one in pipeline.filters]
    stages += [("scorer", type(one).__name__, one) for one in pipeline.scorers]
    stages += [("refiner", type(one).__name__, one) for one in (pipeline.refiner,) if one is not None]
    stages += [("selector", type(pipeline.selector).__name__, pipeline.selector)]
    return {
        "feed": name,
        "words": str(words.FEEDS.get(name, "")),
        "recipe": recipe.id,
        "since": row.created_at.isoformat() if row else None,
        "stages": [
            {"kind": kind, "name": stage, "words": str(words.STEPS.get(stage, "")), "numbers": _numbers(one)}
            for kind, stage, one in stages
        ],
        "parts": [
            {"name": part, "for": str(words.FOR.get(part, "")), "against": str(words.AGAINST.get(part, ""))}
            for part in pipeline.part_names
        ],
    }


def _numbers(stage: Any) -> dict[str, float]:
    """Return every number that a stage is set up with, also those of a stage inside it."""
    if isinstance(stage, SecondLook):
        return dict(settings.PARVIS_FEED_WEIGHTS)
    found: dict[str, float] = {}
    for one in fields(stage):
        value = getattr(stage, one.name)
        if type(value) in {int, float} and one.name != "trial_bit":
            found[one.name] = value
        elif one.name == "inner" and is_dataclass(value):
            found |= _numbers(value)
    return found


def _read(name: str, why: str) -> dict[str, Any]:
    table = declared()[name]
    columns = {one: sorted(getattr(table, one).split()) for one in CLASSES if getattr(table, one)}
    return {"table": name, "why": why, "columns": columns}


def described(card: dict[str, Any]) -> dict[str, Any]:
    """Return a card as the page shows it: For You first and at length, classes of columns in words."""
    reads = [
        {**one, "columns": [(str(CLASSES[kind]), ", ".join(names)) for kind, names in one["columns"].items()]}
        for one in card["reads"]
    ]
    first, *others = card["feeds"]
    return {**card, "reads": reads, "first": first, "others": others}


def lines(card: dict[str, Any]) -> list[str]:
    """Return the card as plain lines."""
    said = [f"Model card of {card['installation']}, {card['made_at']}"]
    for feed in card["feeds"]:
        since = feed["since"] or "not served yet"
        said += ["", f"{feed['feed']}: recipe {feed['recipe']}, since {since}"]
        said += [f"  {one['kind']:8} {one['name']}{_in_a_line(one['numbers'])}" for one in feed["stages"]]
        said += [f"  part     {one['name']}: {one['for'] or one['against']}" for one in feed["parts"]]
    said += ["", f"Learner {card['learner']['name']}{_in_a_line(card['learner']['numbers'])}", "", "Reads:"]
    for one in card["reads"]:
        said.append(f"  {one['table']}: {one['why']}")
        said += [f"    {kind}: {' '.join(columns)}" for kind, columns in one["columns"].items()]
    order = card["in_order_of_time"]
    proof = f"as the role {order['role']}" if order["is_used"] else "without a role of its own (see parvis doctor)"
    state, encoder = card["learner"]["state"], card["encoder"]
    said += ["", f"State kept at record {state['record']}: {state['hash']}"] if state else []
    said += ["", f"Encoder{_in_a_line(encoder['numbers'])}"] if encoder else []
    said += [f"  {name} {value}" for name, value in (encoder["made"] or {}).items()] if encoder else []
    return [*said, "", f"In order of time, {proof}: {', '.join(order['reads'])}, {order['asks']}"]


def _in_a_line(numbers: dict[str, float]) -> str:
    return "".join(f", {name} {number:g}" for name, number in numbers.items())
