"""Likes, comments, shares and follows. Every write spends from its writer's limits."""

import uuid

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from parvis.accounts.limits import spend_by
from parvis.accounts.queries import for_viewer as people_for
from parvis.accounts.viewer import Request
from parvis.clips import queries as clips
from parvis.social import actions, queries
from parvis.social.beside import comments_of
from parvis.social.forms import CommentForm
from parvis.social.limits import TAP, WORDS


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


@require_http_methods(["GET", "POST"])
def comments(request: Request, clip_id: uuid.UUID) -> HttpResponse:
    """GET: a page of comments (`?after=` a cursor) as a fragment. POST: a new one; 201 with it, or 422 with why not."""
    if request.method == "POST":
        return _post_comment(request, clip_id)
    clip = clips.for_viewer(request.viewer).one(clip_id)
    return render(request, "social/comments.html", comments_of(request, clip, after=request.GET.get("after", "")))


def _post_comment(request: Request, clip_id: uuid.UUID) -> HttpResponse:
    """`plain` says that the form was sent without a script: then the answer is the clip's page again."""
    spend_by(request.viewer, "comment", WORDS)
    form, is_plain = CommentForm(request.POST), bool(request.POST.get("plain"))
    if not form.is_valid() and is_plain:
        messages.error(request, str(next(iter(form.errors.values()))[0]))
        return HttpResponseRedirect(f"/c/{clip_id}#comments", status=303)
    if not form.is_valid():
        return render(request, "social/comment_form.html", {"form": form}, status=422)
    made, clip = actions.comment(viewer=request.viewer, clip_id=clip_id, **form.cleaned_data)
    if is_plain:
        return HttpResponseRedirect(f"/c/{clip_id}#comments", status=303)
    context = {"comment": queries.for_viewer(request.viewer).shown(made, clip)}
    return render(request, "social/comment.html", context, status=201)


@require_http_methods(["DELETE"])
def comment(request: Request, comment_id: uuid.UUID) -> HttpResponse:
    """DELETE removes a comment: 204."""
    spend_by(request.viewer, "comment-delete", TAP)
    actions.delete_comment(viewer=request.viewer, comment_id=comment_id)
    return HttpResponse(status=204)


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
    return HttpResponseRedirect(reverse("social:follow-requests"))
