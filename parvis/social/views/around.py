"""Likes, comments, shares and follows. Every write spends from its writer's limits."""

import uuid

from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from parvis.accounts.limits import spend_by
from parvis.accounts.queries import for_viewer as people_for
from parvis.accounts.signin import safe_next
from parvis.accounts.viewer import Request
from parvis.clips import queries as clips
from parvis.social import actions, queries
from parvis.social.limits import TAP


@require_http_methods(["PUT", "DELETE"])
def like(request: Request, clip_id: uuid.UUID) -> HttpResponse:
    """PUT likes a clip, DELETE takes it back: {"liked", "count"}."""
    spend_by(request.viewer, "like", TAP)
    liked = request.method == "PUT"
    (actions.like if liked else actions.unlike)(viewer=request.viewer, clip_id=clip_id)
    return JsonResponse({"liked": liked, "count": queries.counts([clip_id])[clip_id][0]})


@require_POST
def shares(request: Request, clip_id: uuid.UUID) -> HttpResponse:
    """POST notes that a clip was shared: {"shared", "count"}. Anybody may share; what visitors share is not counted,
    since nothing would keep one of them from counting often."""
    is_counted = request.viewer.is_signed_in
    if is_counted:
        spend_by(request.viewer, "share", TAP)
        actions.share(viewer=request.viewer, clip_id=clip_id)
    else:
        clips.for_viewer(request.viewer).one(clip_id)
    return JsonResponse({"shared": is_counted, "count": queries.counts([clip_id])[clip_id][2]})


@require_http_methods(["GET", "PUT", "DELETE"])
def follow(request: Request, handle: str) -> HttpResponse:
    """PUT follows a person or asks to, DELETE ends it, GET only looks: {"following", "requested", "count"}."""
    person = people_for(request.viewer).named(handle)
    if request.method != "GET":
        spend_by(request.viewer, "follow", TAP)
        (actions.follow if request.method == "PUT" else actions.unfollow)(viewer=request.viewer, followed=person)
    now = queries.for_viewer(request.viewer).follow_of(person)
    return JsonResponse({"following": now.following, "requested": now.requested, "count": now.count})


@require_GET
def follow_requests(request: Request) -> HttpResponse:
    """Show who asks to follow the viewer."""
    if not request.viewer.is_signed_in:
        return redirect_to_login(request.path)
    waiting = queries.for_viewer(request.viewer).requests()
    return render(request, "social/requests.html", {"people": waiting, "section": "profile"})


@require_POST
def follow_request(request: Request, handle: str) -> HttpResponse:
    """Answer one request: `answer` is "accept", or anything else to decline."""
    spend_by(request.viewer, "follow", TAP)
    person = people_for(request.viewer).named(handle)
    accepts = request.POST.get("answer") == "accept"
    (actions.accept if accepts else actions.decline)(viewer=request.viewer, follower=person)
    return HttpResponseRedirect(safe_next(request, reverse("social:follow-requests")))
