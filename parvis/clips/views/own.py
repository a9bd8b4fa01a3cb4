"""Pages of a creator's own clips: create, list, edit, and what happens to them."""

import uuid
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from parvis.accounts.errors import SignInNeeded
from parvis.accounts.limits import spend
from parvis.accounts.viewer import Request
from parvis.clips import actions, states
from parvis.clips.errors import NotNow
from parvis.clips.forms import CaptionsForm, DetailsForm, ScheduleForm, initial_of
from parvis.clips.models import Clip
from parvis.clips.progress import progress_of
from parvis.clips.queries import OwnClip, for_viewer, newest_upload, page_by, unfinished_uploads
from parvis.kit.errors import ParvisError

TYPES: Final = (
    "video/mp4",
    "video/quicktime",
    "video/webm",
    "video/x-matroska",
    "video/3gpp",
    "video/mp2t",
    "image/gif",
)
PAGE: Final = 30


def _me(request: Request) -> uuid.UUID:
    """Return who is signed in and spends one write. SignInNeeded for visitors."""
    if request.viewer.person_id is None:
        raise SignInNeeded
    spend(f"clips:{request.viewer.person_id}", per_minute=60, burst=60)
    return request.viewer.person_id


def _wants_json(request: Request) -> bool:
    return request.headers.get("X-Requested-With") == "fetch"


@require_GET
@never_cache
def create(request: Request) -> HttpResponse:
    """Post a clip. `?clip=` chooses a new file for a draft whose file was refused or never came."""
    if not request.viewer.is_signed_in:
        return redirect_to_login(request.get_full_path())
    clip = None
    if wanted := request.GET.get("clip"):
        clip = for_viewer(request.viewer).own_one(_uuid(wanted))
        if clip.processing not in {states.REFUSED, states.UPLOADING}:
            return HttpResponseRedirect(f"/c/{clip.id}/edit")
    context = {
        "section": "create",
        "clip": clip,
        "form": DetailsForm(initial=initial_of(clip, request.viewer.language)),
        "schedule": ScheduleForm(),
        "unfinished": unfinished_uploads(request.viewer),
        "limits": {
            "bytes": settings.PARVIS_UPLOAD_BYTES,
            "megabytes": settings.PARVIS_UPLOAD_BYTES // 1_000_000,
            "seconds": settings.PARVIS_CLIP_SECONDS,
            "types": ",".join(TYPES),
        },
    }
    return render(request, "clips/create.html", context)


@require_GET
@never_cache
def mine(request: Request) -> HttpResponse:
    """The viewer's own clips in every state."""
    if not request.viewer.is_signed_in:
        return redirect_to_login(request.path)
    page = page_by("created_at", for_viewer(request.viewer).own(), after=request.GET.get("after", ""), size=PAGE)
    context = {"section": "profile", "clips": [OwnClip(clip) for clip in page.clips], "next": page.next}
    return render(request, "clips/mine.html", context)


@require_GET
@never_cache
def progress(request: Request, clip_id: uuid.UUID) -> HttpResponse:
    """GET: how far a clip is: {state, publication, steps, message, playable, moving, retry, url}."""
    clip = for_viewer(request.viewer).own_one(clip_id)
    return JsonResponse(progress_of(clip, newest_upload(clip)))


@require_http_methods(["GET", "POST"])
@never_cache
def edit(request: Request, clip_id: uuid.UUID) -> HttpResponse:
    """Show or save what a clip says and allows. A script gets JSON."""
    if not request.viewer.is_signed_in and request.method == "GET":
        return redirect_to_login(request.path)
    clip = for_viewer(request.viewer).own_one(clip_id)
    if request.method == "GET" and _wants_json(request):
        return JsonResponse(initial_of(clip))
    if request.method == "GET":
        return _edit_page(request, clip, DetailsForm(initial=initial_of(clip)))
    form = DetailsForm(request.POST)
    if not form.is_valid():
        return _invalid(request, form) if _wants_json(request) else _edit_page(request, clip, form, status=422)
    actions.describe(creator=_me(request), clip_id=clip_id, details=form.details())
    if _wants_json(request):
        return JsonResponse({"saved": True})
    messages.success(request, _("Saved."))
    return HttpResponseRedirect(request.path, status=303)


def _invalid(request: Request, form: DetailsForm) -> HttpResponse:
    message = next(iter(form.errors.values()))[0]
    return JsonResponse({"error": {"code": "invalid", "message": message, "details": []}}, status=422)


def _edit_page(request: Request, clip: Clip, form: DetailsForm, status: int = 200, **forms: Any) -> HttpResponse:
    context = {
        "section": "profile",
        "own": OwnClip(clip),
        "clip": clip,
        "form": form,
        "schedule": ScheduleForm(initial={"at": clip.scheduled_for}),
        "captions_form": CaptionsForm(initial={"language": clip.language or request.viewer.language.split("-", 1)[0]}),
        **forms,
    }
    return render(request, "clips/edit.html", context, status=status)


@require_POST
def publication(request: Request, clip_id: uuid.UUID) -> HttpResponse:
    """Move a clip: `to` is published, scheduled (with `at`), draft, or hidden."""
    me, to = _me(request), request.POST.get("to", "")
    clip = for_viewer(request.viewer).own_one(clip_id)
    if to == states.SCHEDULED:
        form = ScheduleForm(request.POST)
        if not form.is_valid():
            return _refuse(request, clip_id, _("Please choose a day and a time."), 422)
        change = _attempt(request, clip_id, partial(actions.schedule, creator=me, at=form.when()))
    elif to == states.DRAFT:
        change = _attempt(request, clip_id, partial(actions.unschedule, creator=me))
    elif to == states.HIDDEN:
        change = _attempt(request, clip_id, partial(actions.hide, by=me))
    elif to == states.PUBLISHED:
        change = _attempt(request, clip_id, partial(_publish, me=me, clip=clip))
    else:
        raise NotNow
    return change


def _publish(*, me: uuid.UUID, clip: Clip, clip_id: uuid.UUID) -> Clip:
    if clip.publication == states.HIDDEN:
        return actions.show(by=me, clip_id=clip_id)
    if clip.publication == states.PUBLISHED:
        return clip  # the same wish twice
    return actions.publish(creator=me, clip_id=clip_id)


@require_POST
def attempt(request: Request, clip_id: uuid.UUID) -> HttpResponse:
    """Try again to make a clip."""
    return _attempt(request, clip_id, partial(actions.retry, creator=_me(request)))


@require_POST
def captions(request: Request, clip_id: uuid.UUID) -> HttpResponse:
    """Add captions, or take those of a language away (`remove`)."""
    me = _me(request)
    if language := request.POST.get("remove"):
        return _attempt(request, clip_id, partial(actions.remove_captions, creator=me, language=language))
    clip = for_viewer(request.viewer).own_one(clip_id)
    form = CaptionsForm(request.POST, request.FILES)
    if not form.is_valid():
        return _edit_page(request, clip, DetailsForm(initial=initial_of(clip)), status=422, captions_form=form)
    try:
        data = form.cleaned_data["file"].read(actions.CAPTION_BYTES_MOST + 1)
        actions.add_captions(creator=me, clip_id=clip_id, language=form.cleaned_data["language"], data=data)
    except ParvisError as error:
        form.add_error("file", str(error))
        return _edit_page(request, clip, DetailsForm(initial=initial_of(clip)), status=422, captions_form=form)
    messages.success(request, _("The captions are added."))
    return HttpResponseRedirect(f"/c/{clip_id}/edit#captions", status=303)


@require_POST
def deletion(request: Request, clip_id: uuid.UUID) -> HttpResponse:
    """Delete a clip for good."""
    actions.delete(creator=_me(request), clip_id=clip_id)
    if _wants_json(request):
        return JsonResponse({"deleted": True})
    messages.success(request, _("The clip is deleted."))
    return HttpResponseRedirect("/mine", status=303)


def _attempt(request: Request, clip_id: uuid.UUID, act: Callable[..., Clip]) -> HttpResponse:
    try:
        clip = act(clip_id=clip_id)
    except ParvisError as error:
        if error.status == 404 or _wants_json(request):
            raise
        return _refuse(request, clip_id, str(error), error.status)
    if _wants_json(request):
        return JsonResponse({"publication": clip.publication, "state": clip.processing})
    messages.success(request, _("Done."))
    return HttpResponseRedirect(f"/c/{clip_id}/edit", status=303)


def _refuse(request: Request, clip_id: uuid.UUID, message: str, status: int) -> HttpResponse:
    if _wants_json(request):
        return JsonResponse({"error": {"code": "refused", "message": message, "details": []}}, status=status)
    messages.error(request, message)
    return HttpResponseRedirect(f"/c/{clip_id}/edit", status=303)


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.UUID(int=0)
