"""Lists: what one keeps, who likes a clip, who follows whom."""

import uuid

from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from parvis.accounts.limits import spend_by
from parvis.accounts.queries import for_viewer as people_for
from parvis.accounts.viewer import Request
from parvis.clips import queries as clips
from parvis.social import actions, queries
from parvis.social.limits import TAP


def _after(request: Request) -> uuid.UUID | None:
    return queries.cursor_of(request.GET.get("after", ""))


@require_http_methods(["GET", "PUT", "DELETE"])
@never_cache
def save(request: Request, clip_id: uuid.UUID) -> HttpResponse:
    """PUT keeps a clip for later, DELETE lets it go, GET only looks: {"saved"}."""
    if request.method != "GET":
        spend_by(request.viewer, "save", TAP)
        (actions.save if request.method == "PUT" else actions.unsave)(viewer=request.viewer, clip_id=clip_id)
    return JsonResponse({"saved": queries.for_viewer(request.viewer).has_saved(clip_id)})


@require_GET
@never_cache
def saved(request: Request) -> HttpResponse:
    """What the viewer keeps, for nobody else's eyes."""
    if not request.viewer.is_signed_in:
        return redirect_to_login(request.path)
    cards, after = queries.for_viewer(request.viewer).saved(after=_after(request))
    return render(request, "social/saved.html", {"cards": cards, "next": after, "section": "profile"})


@require_GET
@never_cache
def likers(request: Request, clip_id: uuid.UUID) -> HttpResponse:
    """Who likes a clip, for its creator."""
    clip = clips.for_viewer(request.viewer).one(clip_id)
    page = queries.for_viewer(request.viewer).likers(clip, after=_after(request))
    context = {"people": page.people, "next": page.next, "title": _("Who likes this clip"), "back": f"/c/{clip.id}"}
    return render(request, "social/people.html", context)


@require_GET
@never_cache
def followers(request: Request, handle: str) -> HttpResponse:
    """Who follows a person; one's own followers can be sent away."""
    person = people_for(request.viewer).named(handle)
    page = queries.for_viewer(request.viewer).followers_of(person, after=_after(request))
    context = {"people": page.people, "next": page.next, "title": _("Followers"), "back": person.get_absolute_url()}
    return render(request, "social/people.html", {**context, "is_own": person.id == request.viewer.person_id})


@require_GET
@never_cache
def following(request: Request, handle: str) -> HttpResponse:
    """Whom a person follows."""
    person = people_for(request.viewer).named(handle)
    page = queries.for_viewer(request.viewer).followed_by(person, after=_after(request))
    context = {"people": page.people, "next": page.next, "title": _("Following"), "back": person.get_absolute_url()}
    return render(request, "social/people.html", context)
