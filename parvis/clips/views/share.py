"""What anybody may open: a clip's own page, the same in a frame, oEmbed, and a person's page."""

import json
import re
import uuid
from typing import Any, Final
from urllib.parse import urlsplit

from csp.decorators import csp_replace
from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from parvis.accounts.queries import for_viewer as people_for
from parvis.accounts.queries import profile
from parvis.accounts.viewer import Request
from parvis.clips import places
from parvis.clips.cards import Card
from parvis.clips.errors import NoSuchClip
from parvis.clips.policies import is_own
from parvis.clips.queries import for_viewer, page_by

CLIP_PATH: Final = re.compile(r"/(?:c|embed)/([0-9a-fA-F-]{36})/?")
JSON_IN_HTML: Final = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})
SHOWN_EDGE: Final = 720
FRAME: Final = (360, 640)
PLACES: Final = {"counts": places.CLIP_COUNTS, "keep": places.CLIP_KEEP, "talk": places.CLIP_TALK}
PAGE: Final = 60  # whole rows of three, four, five or six


def absolute(path: str) -> str:
    """Return the full address of a path of ours."""
    return f"{settings.PARVIS_ORIGIN}{path}"


def heading(card: Card) -> str:
    """Return what to call a clip: its title, or whose it is."""
    return card.title or _("Clip by %(name)s") % {"name": card.name}


def shown_rendition(card: Card) -> dict[str, Any] | None:
    """Return the rendition for a page that plays one clip: the largest of at most 720 pixels on the short edge."""
    fitting = [one for one in card.renditions if min(one["width"], one["height"]) <= SHOWN_EDGE]
    if fitting:
        return fitting[-1]
    return card.renditions[0] if card.renditions else None


def structured(card: Card) -> SafeString:
    """Return the schema.org description of a clip as a data block; it is never run."""
    video = shown_rendition(card)
    data = {
        "@context": "https://schema.org",
        "@type": "VideoObject",
        "name": heading(card),
        "description": card.caption or card.alt or heading(card),
        "thumbnailUrl": [absolute(card.poster)],
        "uploadDate": card.at.isoformat() if card.at else "",
        "duration": f"PT{card.duration_ms / 1000:.3f}S",
        "contentUrl": absolute(video["url"]) if video else "",
        "embedUrl": absolute(f"/embed/{card.id}"),
        "inLanguage": card.language or None,
        "author": {"@type": "Person", "name": card.name, "url": absolute(f"/@{card.handle}")},
    }
    text = json.dumps({key: value for key, value in data.items() if value}, ensure_ascii=False)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text.translate(JSON_IN_HTML)))  # noqa: S308


def _context(request: Request, clip_id: uuid.UUID) -> dict[str, Any]:
    door = for_viewer(request.viewer)
    clip = door.one(clip_id)
    own, card = is_own(clip, request.viewer.person_id), door.card(clip)
    is_public = clip.is_open and card.is_for_all
    return {
        "clip": clip,
        "card": card,
        "own": own,
        "heading": heading(card),
        "video": shown_rendition(card),
        "is_public": is_public,
        "is_covered": clip.is_covered and not own,
        "origin": settings.PARVIS_ORIGIN,
        "structured": structured(card) if is_public else "",
        "is_landscape": card.width > card.height,
    }


@require_GET
@never_cache
def clip_page(request: Request, clip_id: uuid.UUID) -> HttpResponse:
    """A clip's own page: plays without signing in where everybody may see it."""
    context = _context(request, clip_id)
    for name, place in PLACES.items():
        context[name] = places.filled(place, request, context["clip"])
    return render(request, "clips/clip.html", context)


@require_GET
@never_cache
@csp_replace({"frame-ancestors": ["*"]})  # type: ignore[arg-type]  # it passes on the request it gets
def embed(request: Request, clip_id: uuid.UUID) -> HttpResponse:
    """The clip alone, for a frame in somebody else's page. Only what everybody may see."""
    context = _context(request, clip_id)
    if not context["is_public"]:
        raise NoSuchClip
    return render(request, "clips/embed.html", context)


@require_GET
def oembed(request: Request) -> HttpResponse:
    """Describe a clip for pages that embed it (oembed.com, version 1.0, JSON): `url`, `maxwidth`, `maxheight`."""
    if request.GET.get("format", "json") != "json":
        return HttpResponse(status=501)
    address = urlsplit(request.GET.get("url", ""))
    match = CLIP_PATH.fullmatch(address.path)
    if match is None or address.netloc not in {urlsplit(settings.PARVIS_ORIGIN).netloc, request.get_host()}:
        raise NoSuchClip
    try:
        context = _context(request, uuid.UUID(match[1]))
    except ValueError as error:
        raise NoSuchClip from error
    if not context["is_public"]:
        raise NoSuchClip
    return JsonResponse(_oembed(context, _edge(request, "maxwidth"), _edge(request, "maxheight")))


def _oembed(context: dict[str, Any], most_wide: int, most_high: int) -> dict[str, Any]:
    card: Card = context["card"]
    width, height = (FRAME[1], FRAME[0]) if context["is_landscape"] else FRAME
    share = min(1.0, most_wide / width, most_high / height)
    width, height = round(width * share), round(height * share)
    frame = format_html(
        '<iframe src="{}" width="{}" height="{}" title="{}" allow="autoplay; fullscreen" frameborder="0"></iframe>',
        absolute(f"/embed/{card.id}"),
        width,
        height,
        context["heading"],
    )
    return {
        "version": "1.0",
        "type": "video",
        "provider_name": "Parvis",
        "provider_url": settings.PARVIS_ORIGIN,
        "title": context["heading"],
        "author_name": card.name,
        "author_url": absolute(f"/@{card.handle}"),
        "thumbnail_url": absolute(card.poster),
        "thumbnail_width": card.width,
        "thumbnail_height": card.height,
        "html": frame,
        "width": width,
        "height": height,
    }


def _edge(request: Request, name: str) -> int:
    value = request.GET.get(name, "")
    return max(1, int(value)) if value.isascii() and value.isdigit() and len(value) < 6 else 100_000


@require_GET
@never_cache
def profile_page(request: Request, handle: str) -> HttpResponse:
    """A person's page with the clips that the viewer may see."""
    person = people_for(request.viewer).named(handle)
    door = for_viewer(request.viewer)
    shown, follows = profile(person, request.viewer), door.follows(person.id)
    page = page_by("published_at", door.by(person), after=request.GET.get("after", ""), size=PAGE)
    context: dict[str, Any] = {
        "section": "profile" if shown.is_own else "",
        "profile": shown,
        "person": person,
        "follows": follows,
        "cards": [door.card(clip) for clip in page.clips],
        "next": page.next,
        "counts": places.filled(places.PROFILE_COUNTS, request, person),
        "is_closed": person.is_private and not shown.is_own and not follows,
    }
    context["menu"] = places.filled(places.PROFILE_MENU, request, person)
    if not shown.is_own:
        context["more_actions"] = places.filled(places.PROFILE_ACTIONS, request, person)
    context["actions"] = render_to_string("clips/_follow.html", context, request)
    return render(request, "clips/profile.html", context)
