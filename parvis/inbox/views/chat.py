"""What is done with one conversation and its messages."""

import uuid

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from parvis.accounts.limits import spend_by
from parvis.accounts.queries import for_viewer as people_for
from parvis.accounts.viewer import Request
from parvis.inbox import pictures
from parvis.inbox.actions import chats as actions
from parvis.inbox.actions import messages as writing
from parvis.inbox.limits import GROUPS, TAP
from parvis.inbox.queries.chats import for_viewer
from parvis.kit.errors import ParvisError


def _chat(conversation: uuid.UUID) -> HttpResponse:
    return HttpResponseRedirect(reverse("inbox:chat", args=[conversation]), status=303)


def _list() -> HttpResponse:
    return HttpResponseRedirect(reverse("inbox:chats"), status=303)


@require_http_methods(["PUT"])
def read(request: Request, conversation: uuid.UUID) -> HttpResponse:
    """PUT notes that the viewer has seen it all: 204."""
    spend_by(request.viewer, "message-read", TAP)
    writing.read(viewer=request.viewer, conversation=conversation)
    return HttpResponse(status=204)


@require_POST
def answer(request: Request, conversation: uuid.UUID) -> HttpResponse:
    """Answer a request: `answer` is "accept", or anything else to refuse."""
    spend_by(request.viewer, "message-answer", TAP)
    accepts = request.POST.get("answer") == "accept"
    actions.answer(viewer=request.viewer, conversation=conversation, accepts=accepts)
    return _chat(conversation) if accepts else _list()


@require_POST
def leave(request: Request, conversation: uuid.UUID) -> HttpResponse:
    """Delete the viewer's copy; leave a group."""
    spend_by(request.viewer, "message-leave", TAP)
    actions.leave(viewer=request.viewer, conversation=conversation)
    messages.success(request, _("The conversation is deleted for you."))
    return _list()


@require_POST
def mute(request: Request, conversation: uuid.UUID) -> HttpResponse:
    """Let it push notifications or not: `muted` is "yes" or "no"."""
    spend_by(request.viewer, "message-mute", TAP)
    actions.mute(viewer=request.viewer, conversation=conversation, is_muted=request.POST.get("muted") == "yes")
    return _chat(conversation)


@require_POST
def people(request: Request, conversation: uuid.UUID) -> HttpResponse:
    """Bring somebody into a group: `handle`."""
    spend_by(request.viewer, "group", GROUPS)
    try:
        other = people_for(request.viewer).named(request.POST.get("handle", "").strip())
        actions.add(viewer=request.viewer, conversation=conversation, other=other)
    except ParvisError as error:
        messages.error(request, str(error))
    return _chat(conversation)


@require_http_methods(["DELETE"])
def item(request: Request, message_id: uuid.UUID) -> HttpResponse:
    """DELETE a message: the viewer's own copy, or with `?from=everybody` an own message from all copies. 204."""
    spend_by(request.viewer, "message-delete", TAP)
    act = writing.unsend if request.GET.get("from") == "everybody" else writing.forget
    act(viewer=request.viewer, message_id=message_id)
    return HttpResponse(status=204)


@require_GET
def picture(request: Request, message_id: uuid.UUID) -> HttpResponse:
    """A picture of the viewer's copy of a message. It is kept nowhere on its way."""
    name, key = for_viewer(request.viewer).picture(message_id)
    response = HttpResponse(pictures.read(name, key), content_type="image/webp")
    response["Cache-Control"] = "private, no-store"
    return response
