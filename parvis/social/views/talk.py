"""Comments: pages of them as fragments, and what may be done to one. Every write spends from its writer's limits."""

import uuid

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from parvis.accounts.limits import spend_by
from parvis.accounts.viewer import Request
from parvis.clips import queries as clips
from parvis.social import actions, queries
from parvis.social.beside import comments_of
from parvis.social.forms import CommentForm
from parvis.social.limits import TAP, WORDS


def _after(request: Request) -> uuid.UUID | None:
    return queries.cursor_of(request.GET.get("after", ""))


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
def replies(request: Request, comment_id: uuid.UUID) -> HttpResponse:
    """A page of the answers to a comment (`?after=` a cursor), as a fragment."""
    clip, page = queries.for_viewer(request.viewer).replies(comment_id, after=_after(request))
    context = {"clip": clip, "parent": comment_id, "comments": page.comments, "next": page.next}
    return render(request, "social/replies.html", context)


@require_http_methods(["PUT", "DELETE"])
def comment_like(request: Request, comment_id: uuid.UUID) -> HttpResponse:
    """PUT likes a comment, DELETE takes it back: {"liked", "count"}."""
    spend_by(request.viewer, "comment-like", TAP)
    liked = request.method == "PUT"
    act = actions.like_comment if liked else actions.unlike_comment
    return JsonResponse({"liked": liked, "count": act(viewer=request.viewer, comment_id=comment_id)})


@require_http_methods(["PUT", "DELETE"])
def comment_pin(request: Request, comment_id: uuid.UUID) -> HttpResponse:
    """PUT pins a comment of the viewer's own clip, DELETE lets it go: {"pinned"}."""
    spend_by(request.viewer, "comment-curate", TAP)
    pinned = request.method == "PUT"
    actions.pin_comment(viewer=request.viewer, comment_id=comment_id, pinned=pinned)
    return JsonResponse({"pinned": pinned})


@require_http_methods(["PUT", "DELETE"])
def comment_hidden(request: Request, comment_id: uuid.UUID) -> HttpResponse:
    """PUT hides a comment on the viewer's own clip, DELETE shows it again: {"hidden"}."""
    spend_by(request.viewer, "comment-curate", TAP)
    hidden = request.method == "PUT"
    actions.hide_comment(viewer=request.viewer, comment_id=comment_id, hidden=hidden)
    return JsonResponse({"hidden": hidden})
