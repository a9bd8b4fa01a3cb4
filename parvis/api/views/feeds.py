"""Feeds: the next clips, what was watched, why a clip was shown, and how the caller wants the feed."""

import uuid
from typing import Annotated, Any
from urllib.parse import urlencode

import orjson
from django.http import HttpResponse
from ninja import Query, Router, Status

from parvis.accounts import scopes
from parvis.accounts.bounds import bounds_of
from parvis.accounts.errors import SetByAnother
from parvis.accounts.viewer import Request
from parvis.api.answers import operation
from parvis.api.schemas.feeds import (
    ChoiceIn,
    ChoiceOut,
    Choices,
    Preferences,
    PreferencesChange,
    SlateOut,
    Time,
    TimeOnDay,
    WatchesIn,
    WatchesOut,
    Why,
)
from parvis.api.schemas.words import Cursor, Handle, Word
from parvis.clips import queries as clips
from parvis.clips.errors import NoSuchClip
from parvis.feed import actions, params, queries, reports, serving, traces, words
from parvis.feed.errors import BadChoice, BadFeed, BadWatches, NoSuchCreator, NotNow, NoTrace, TooLarge, TooManyChoices
from parvis.feed.guards import REPORTS, SLATES, paced
from parvis.feed.live import live
from parvis.feed.minutes import break_after, most
from parvis.inbox.queries.notices import zone_for

router = Router(tags=["feeds"])
Number = Annotated[int, Query(ge=1, le=params.MOST_CLIPS)]


def _slate(request: Request, feed: str, n: int, after: str) -> HttpResponse:
    """Answer a slate as it was made: its clips are bytes already."""
    asked = params.asked(urlencode({"feed": feed, "n": n, "after": after}))
    paced(SLATES, request.viewer)
    body = serving.slate(live(), request.viewer, asked)
    return HttpResponse(body, content_type="application/json", headers={"Cache-Control": "no-store"})


@router.get("/feeds/for-you", **operation(SlateOut, scopes.READ, BadFeed, NotNow, visitors=True, writes=False))
def get_for_you(request: Request, n: Number = 8, after: Cursor = "") -> Any:
    """The next clips of For You. What is answered counts as shown."""
    return _slate(request, "for-you", n, after)


@router.get("/feeds/following", **operation(SlateOut, scopes.READ, BadFeed, NotNow, visitors=True, writes=False))
def get_following(request: Request, n: Number = 8, after: Cursor = "") -> Any:
    """The clips of those whom the caller follows, the newest first."""
    return _slate(request, "following", n, after)


@router.get("/feeds/tag/{tag}", **operation(SlateOut, scopes.READ, BadFeed, NotNow, visitors=True, writes=False))
def get_tag(request: Request, tag: Word, n: Number = 8, after: Cursor = "") -> Any:
    """The clips with a tag, the newest first."""
    return _slate(request, f"tag:{tag}", n, after)


@router.get(
    "/feeds/by/{handle}",
    **operation(SlateOut, scopes.READ, BadFeed, NoSuchCreator, NotNow, visitors=True, writes=False),
)
def get_by(request: Request, handle: Handle, n: Number = 8, after: Cursor = "") -> Any:
    """The clips of a person that the caller may see, the newest first."""
    return _slate(request, f"by:{handle.removeprefix('@').lower()}", n, after)


@router.post("/watches", **operation(WatchesOut, scopes.FEED, BadWatches, TooLarge, NotNow, visitors=True))
def report_watches(request: Request, report: WatchesIn) -> Any:
    """Tell what was watched, liked and skipped, in batches: the feed learns from it at once."""
    paced(REPORTS, request.viewer)
    events = params.report(orjson.dumps(report.model_dump(exclude_none=True)))
    return WatchesOut(**reports.take(live(), request.viewer, events))


@router.get("/clips/{clip_id}/why", **operation(Why, scopes.READ, NoSuchClip, NoTrace, visitors=True, writes=False))
def get_why(request: Request, clip_id: uuid.UUID) -> Any:
    """Why the caller was shown a clip."""
    clips.for_viewer(request.viewer).one(clip_id)
    shown = queries.shown_to(request.viewer, clip_id)
    told = words.why(traces.read(shown.trace, shown.recipe, shown.place))
    feed = str(words.FEEDS.get(shown.feed, ""))
    return Why.model_validate(
        {"at": shown.at, "feed": feed, "reasons": told.reasons, "parts": told.parts, "steps": told.steps}
    )


@router.get("/feed/preferences", **operation(Preferences, scopes.READ, visitors=True, writes=False))
def get_preferences(request: Request) -> Any:
    """How the caller wants the feed."""
    wish = queries.preference(request.viewer.pseudonym)
    bounds = bounds_of(request.viewer.person_id, request.viewer.age_band)
    after = break_after(wish.break_after, request.viewer.age_band, bounds)
    return Preferences(mode=wish.mode, minutes=most(wish.minutes, bounds), break_after=after)


@router.patch("/feed/preferences", **operation(Preferences, scopes.FEED, SetByAnother, visitors=True))
def change_preferences(request: Request, change: PreferencesChange) -> Any:
    """Make the feed personal or in order of time, end it after so many minutes a day, or be reminded of breaks."""
    if change.mode is not None:
        actions.choose_mode(viewer=request.viewer, mode=change.mode)
    if change.minutes is not None:
        actions.cap_minutes(viewer=request.viewer, minutes=change.minutes)
    if change.break_after is not None:
        actions.remind(viewer=request.viewer, minutes=change.break_after)
    live().company.forget(request.viewer.pseudonym)
    return get_preferences(request)


@router.get("/feed/time", **operation(Time, scopes.READ, visitors=True, writes=False))
def get_time(request: Request) -> Any:
    """How long the caller watched on each of the last four weeks' days. Nobody else can ask but a
    guardian (`/me/family/{link_id}`)."""
    zone = zone_for(request.viewer)
    days = queries.watched_by_day(request.viewer.pseudonym, zone, queries.TIME_DAYS)
    return Time(zone=zone.key, days=[TimeOnDay(day=day, watched_ms=watched) for day, watched in days])


@router.post("/feed/resets", **operation(None, scopes.FEED, visitors=True, status=204))
def reset_feed(request: Request) -> Any:
    """Forget what the feed learned of the caller; what was said stays."""
    actions.reset(viewer=request.viewer)
    live().company.forget(request.viewer.pseudonym)
    return Status(204, None)


@router.get("/feed/choices", **operation(Choices, scopes.READ, visitors=True, writes=False))
def list_choices(request: Request) -> Any:
    """What the caller said of tags, creators and sounds, the latest first."""
    said = queries.choices(request.viewer.pseudonym)
    items = [ChoiceOut(topic=one.topic, value=one.value, says=one.says, most=one.most) for one in said]
    return Choices(items=items, next=None)


@router.put(
    "/feed/choices/{topic}/{value}",
    **operation(Choices, scopes.FEED, BadChoice, NoSuchCreator, TooManyChoices, visitors=True),
)
def choose(request: Request, topic: Word, value: Word, said: ChoiceIn) -> Any:
    """Say that more, less, at most so many, or never: of a tag, of a creator or sound (by handle or id)."""
    actions.choose(viewer=request.viewer, topic=topic, value=value, says=said.says, most=said.most)
    live().company.forget(request.viewer.pseudonym)
    return list_choices(request)


@router.delete(
    "/feed/choices/{topic}/{value}", **operation(Choices, scopes.FEED, BadChoice, NoSuchCreator, visitors=True)
)
def unchoose(request: Request, topic: Word, value: Word) -> Any:
    """Forget what was said of a topic. Twice is once."""
    actions.unchoose(viewer=request.viewer, topic=topic, value=value)
    live().company.forget(request.viewer.pseudonym)
    return list_choices(request)
