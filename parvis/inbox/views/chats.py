"""Pages of messages: the list, one conversation, and beginning one."""

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from parvis.accounts.limits import spend_by
from parvis.accounts.queries import for_viewer as people_for
from parvis.accounts.viewer import Request
from parvis.clips.queries import card_of
from parvis.clips.queries import for_viewer as clips_for
from parvis.inbox.actions import chats as actions
from parvis.inbox.actions import messages as writing
from parvis.inbox.errors import NoSuchChat
from parvis.inbox.forms import GroupForm, MessageForm
from parvis.inbox.limits import GROUPS, WORDS
from parvis.inbox.queries.chats import for_viewer
from parvis.inbox.queries.standing import conversation_of
from parvis.kit.errors import ParvisError
from parvis.kit.ids import uuid7


def _page(request: Request, status: int = 200, **context: Any) -> HttpResponse:
    door = for_viewer(request.viewer)
    is_requests = bool(context.get("is_requests"))
    page = door.chats(requests=is_requests, after=request.GET.get("after", ""))
    shown = {"chats": page.chats, "next": page.next, "request_count": door.request_count(), "section": "inbox"}
    return render(
        request, "inbox/messages.html", {**shown, "tab": "messages", "nonce": uuid7(), **context}, status=status
    )


def _to(conversation: uuid.UUID) -> HttpResponse:
    return HttpResponseRedirect(reverse("inbox:chat", args=[conversation]), status=303)


@never_cache
@require_GET
def chats(request: Request) -> HttpResponse:
    """The viewer's conversations; with `?requests=1` those of strangers who wait for an answer."""
    if not request.viewer.is_signed_in:
        return redirect_to_login(request.get_full_path())
    return _page(request, is_requests=request.GET.get("requests") == "1")


@never_cache
@require_http_methods(["GET", "POST"])
def chat(request: Request, conversation: uuid.UUID) -> HttpResponse:
    """GET: a conversation. POST: a message in it; 201 with the newest messages, or the page again for a plain form."""
    if request.method == "POST":
        return _write(request, conversation)
    if not request.viewer.is_signed_in:
        return redirect_to_login(request.path)
    door = for_viewer(request.viewer)
    shown = door.one(conversation)
    return _page(request, chat=shown, log=door.messages(shown), is_requests=shown.is_request)


def _write(request: Request, conversation: uuid.UUID) -> HttpResponse:
    spend_by(request.viewer, "message", WORDS)
    form, is_plain = MessageForm(request.POST, request.FILES), bool(request.POST.get("plain"))
    if form.is_valid():
        try:
            writing.write(viewer=request.viewer, conversation=conversation, draft=form.draft())
        except ParvisError as error:
            if not is_plain:
                raise
            messages.error(request, str(error))
        return _to(conversation) if is_plain else _log(request, conversation, status=201)
    if is_plain:
        messages.error(request, form.why)
        return _to(conversation)
    return render(request, "inbox/refused.html", {"error": form.why}, status=422)


def _log(request: Request, conversation: uuid.UUID, *, status: int = 200) -> HttpResponse:
    door = for_viewer(request.viewer)
    shown = door.one(conversation)
    before = request.GET.get("before", "")
    number = int(before) if before.isascii() and before.isdigit() and len(before) < 10 else None
    context = {"chat": shown, "log": door.messages(shown, before=number)}
    return render(request, "inbox/log.html", context, status=status)


@never_cache
@require_GET
def log(request: Request, conversation: uuid.UUID) -> HttpResponse:
    """The newest messages as a fragment, or those before a number (`?before=`); 204 if nothing has changed since
    `?version=`, which open pages ask every few seconds."""
    version = for_viewer(request.viewer).version(conversation)
    if request.GET.get("version") == str(version):
        return HttpResponse(status=204)
    return _log(request, conversation)


@never_cache
@require_http_methods(["GET", "POST"])
def with_person(request: Request, handle: str) -> HttpResponse:
    """GET: the conversation with a person, or the place to begin one. POST: a message to them."""
    other = people_for(request.viewer).named(handle)
    viewer = request.viewer
    if viewer.person_id is None:
        if request.method == "POST":
            spend_by(viewer, "message", WORDS)
        return redirect_to_login(request.path)
    if request.method == "POST":
        return _begin(request, handle)
    conversation = conversation_of(viewer.person_id, other.id)
    try:
        for_viewer(viewer).one(conversation)
    except NoSuchChat:
        return _page(request, partner=other)
    return HttpResponseRedirect(reverse("inbox:chat", args=[conversation]))


def _begin(request: Request, handle: str) -> HttpResponse:
    spend_by(request.viewer, "message", WORDS)
    other = people_for(request.viewer).named(handle)
    form = MessageForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, 422, partner=other, error=form.why)
    try:
        sent = writing.write_to(viewer=request.viewer, other=other, draft=form.draft())
    except ParvisError as error:
        return _page(request, error.status, partner=other, error=str(error), text=form.cleaned_data["text"])
    return _to(sent.chat.conversation)


@never_cache
@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """Begin a conversation: with one person, or as a group."""
    if not request.viewer.is_signed_in and request.method == "GET":
        return redirect_to_login(request.path)
    form = GroupForm(request.POST or None, initial={"nonce": uuid7()})
    if request.method == "GET":
        return _page(request, form=form)
    spend_by(request.viewer, "group", GROUPS)
    if not form.is_valid():
        return _page(request, 422, form=form)
    try:
        others = [people_for(request.viewer).named(handle) for handle in form.cleaned_data["people"]]
        if len(others) == 1:
            return HttpResponseRedirect(reverse("inbox:with", args=[others[0].handle]), status=303)
        made = actions.start_group(
            viewer=request.viewer,
            others=others,
            title=form.cleaned_data["title"],
            nonce=form.cleaned_data["nonce"] or uuid7(),
        )
    except ParvisError as error:
        form.add_error("people", str(error))
        return _page(request, error.status, form=form)
    return _to(made.conversation)


@never_cache
@require_http_methods(["GET", "POST"])
def share(request: Request, clip_id: uuid.UUID) -> HttpResponse:
    """Send a clip into a conversation (`to`: its id) or to a person (`handle`)."""
    if not request.viewer.is_signed_in and request.method == "GET":
        return redirect_to_login(request.path)
    if request.method == "GET":
        return _page(request, shared=card_of(clips_for(request.viewer).one(clip_id)))
    spend_by(request.viewer, "message", WORDS)
    draft = writing.Draft(nonce=uuid7(), clip=clip_id)
    try:
        if handle := request.POST.get("handle", "").strip():
            sent = writing.write_to(viewer=request.viewer, other=people_for(request.viewer).named(handle), draft=draft)
        else:
            sent = writing.write(viewer=request.viewer, conversation=_uuid(request.POST.get("to", "")), draft=draft)
    except ParvisError as error:
        shared = card_of(clips_for(request.viewer).one(clip_id))
        return _page(request, error.status, shared=shared, error=str(error))
    return _to(sent.chat.conversation)


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise NoSuchChat from error
