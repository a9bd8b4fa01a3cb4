"""Pages of the feed, and Django's side of the hot addresses (a cookie to make or renew, and the tests)."""

import uuid
from typing import Any

import orjson
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from parvis.accounts.bounds import bounds_of
from parvis.accounts.viewer import COOKIE, Request, decode
from parvis.clips.errors import NoSuchClip
from parvis.clips.queries import for_viewer as clips_for
from parvis.feed import forms, modelcard, params, queries, reports, serving, traces, words
from parvis.feed.errors import NoViewer, TooLarge
from parvis.feed.experiments.words import told_to
from parvis.feed.guards import REPORTS, SLATES, own_origin, paced
from parvis.feed.live import live
from parvis.feed.minutes import break_after
from parvis.feed.models import NEWEST
from parvis.kit.errors import ParvisError
from parvis.safety.queries import shows_sensitive


def _page(request: Request, feed: str, heading: str, section: str, **place: str) -> HttpResponse:
    """Show a feed whose first clips are in the page. If they cannot be had, the page is shown and tries again.
    `place`: `after`, the cursor where it begins; `back`, the page that it was opened from."""
    first: dict[str, Any] | None
    try:
        asked = params.asked(f"feed={feed}&after={place.get('after', '')}")
        first = orjson.loads(serving.slate(live(), request.viewer, asked))
    except ParvisError:
        first = None
    context: dict[str, Any] = {"feed": feed, "heading": heading, "section": section, "first_slate": first, **place}
    context["shows_sensitive"] = shows_sensitive(request.viewer)
    wish = queries.preference(request.viewer.pseudonym)
    bounds = bounds_of(request.viewer.person_id, request.viewer.age_band)
    context["break_after"] = break_after(wish.break_after, request.viewer.age_band, bounds)
    return render(request, "feed/feed.html", context)


@require_GET
@never_cache
def for_you(request: Request) -> HttpResponse:
    """The front page."""
    return _page(request, "for-you", "", "for-you")


@require_GET
@never_cache
def following(request: Request) -> HttpResponse:
    """The clips of those whom the viewer follows, the newest first."""
    return _page(request, "following", _("Following"), "following")


@require_GET
@never_cache
def tag(request: Request, tag: str) -> HttpResponse:
    """The clips with a tag, the newest first."""
    params.asked(f"feed=tag:{tag}")
    return _page(request, f"tag:{tag}", f"#{tag}", "for-you")


@require_GET
@never_cache
def by(request: Request, handle: str) -> HttpResponse:
    """The clips that a person's page shows to the viewer, in the player; `?from=` one of them: begin there."""
    person = queries.creator_named(handle, request.viewer)
    clips, page, after = clips_for(request.viewer).by(person), f"/@{person.handle}", ""
    if wanted := request.GET.get("from", ""):
        first = clips.filter(id=_id(wanted)).first()
        if first is None or first.published_at is None:
            raise NoSuchClip
        after = params.cursor_in_time(first.published_at.timestamp(), first.id, begins=True)
    elif not clips.exists():
        return HttpResponseRedirect(page)  # which says why there is nothing
    section = "profile" if person.id == request.viewer.person_id else ""
    return _page(request, f"by:{person.handle}", person.name, section, after=after, back=page)


def _id(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise NoSuchClip from None


@require_GET
def slate(request: Request) -> HttpResponse:
    """The next clips; see hot.slate."""
    asked = params.asked(request.META.get("QUERY_STRING", ""))
    paced(SLATES, request.viewer)
    body = serving.slate(live(), request.viewer, asked)
    return HttpResponse(body, content_type="application/json", headers={"Cache-Control": "no-store"})


@csrf_exempt
@require_POST
def watches(request: Request) -> HttpResponse:
    """A report of watches; see hot.watches. Not by a form token, which sendBeacon cannot carry, but by its origin."""
    own_origin(request.headers.get("Origin", ""), request.headers.get("Sec-Fetch-Site", ""), request.get_host())
    if not decode(request.COOKIES.get(COOKIE, "")):
        raise NoViewer
    if int(request.headers.get("Content-Length") or 0) > params.MOST_BYTES:
        raise TooLarge
    paced(REPORTS, request.viewer)
    events = params.report(request.body)
    return JsonResponse(reports.take(live(), request.viewer, events))


@require_GET
@never_cache
def why(request: Request, clip_id: uuid.UUID) -> HttpResponse:
    """Why the viewer was shown a clip, from what was written down when it was."""
    door = clips_for(request.viewer)
    clip = door.one(clip_id)
    shown = queries.shown_to(request.viewer, clip_id)
    told = words.why(traces.read(shown.trace, shown.recipe, shown.place))
    card = door.card(clip)
    context = {
        "clip": {
            "id": clip.id,
            "title": card.title,
            "caption": card.caption,
            "url": clip.get_absolute_url(),
            "poster": card.poster,
            "creator": {"handle": card.handle, "name": card.name},
        },
        "at": shown.at,
        "feed_name": words.FEEDS.get(shown.feed, ""),
        "personal": shown.feed == "for-you",
        "reasons": told.reasons,
        "parts": told.parts,
        "trace": told.steps,
        "topics": [(one, forms.control_of(one.says, one.most)) for one in queries.topics_of(clip, request.viewer)],
        "rests": queries.preference(request.viewer.pseudonym).mode == NEWEST,
    }
    return render(request, "feed/why.html", context)


@require_GET
@never_cache
def mine(request: Request) -> JsonResponse:
    """What of the clips `?clip=` the viewer likes, and whom of their creators the viewer follows."""
    paced(SLATES, request.viewer)
    clips = [_id(text) for text in request.GET.getlist("clip")[: params.MOST_CLIPS]]
    return JsonResponse(queries.mine_among(request.viewer, clips))


@require_GET
def about(request: Request) -> HttpResponse:
    """How the feed works, what counts, what is compared just now, and where the viewer stands in that."""
    context = {"section": "about", "worth": words.worth(), "compared": told_to(request.viewer)}
    return render(request, "feed/about.html", context)


@require_GET
def card(request: Request) -> HttpResponse:
    """The model card: what this installation's feed is made of, from its running settings."""
    context = {"section": "about", "card": modelcard.described(modelcard.card(live().feeds))}
    return render(request, "feed/card.html", context)


@require_GET
def card_json(request: Request) -> JsonResponse:
    """The model card for programs."""
    return JsonResponse(modelcard.card(live().feeds), json_dumps_params={"indent": 1, "ensure_ascii": False})
