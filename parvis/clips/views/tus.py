"""`/uploads/`: resumable uploads by the tus protocol 1.0.0 (https://tus.io/protocols/resumable-upload).

Core, and the extensions creation, creation-with-upload, termination, checksum and expiration. For people who are
signed in, and for their own uploads only: anybody else's do not exist. `Parvis-Clip` names the clip that an upload
becomes.
"""

import base64
import binascii
import hashlib
import uuid
from collections.abc import Callable
from email.utils import format_datetime
from functools import partial
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from parvis.accounts.errors import SignInNeeded
from parvis.accounts.limits import spend
from parvis.accounts.scopes import CLIPS, demand
from parvis.accounts.viewer import Request
from parvis.clips import states
from parvis.clips.actions import begin_upload, end_upload, receive
from parvis.clips.actions.uploads import Digest, check_length, check_offset
from parvis.clips.errors import BadUpload, ForeignPage, TooLarge, UploadGone, WrongType, WrongVersion
from parvis.clips.models import Upload
from parvis.clips.queries import own_upload
from parvis.kit.errors import ParvisError

VERSION: Final = "1.0.0"
BODY: Final = "application/offset+octet-stream"
HASHES: Final[dict[str, Callable[[], Any]]] = {
    "sha1": lambda: hashlib.sha1(usedforsecurity=False),
    "sha256": hashlib.sha256,
}
EXTENSIONS: Final = "creation,creation-with-upload,termination,checksum,expiration"


@csrf_exempt
def uploads(request: Request) -> HttpResponse:
    """POST opens an upload; OPTIONS tells what is possible and how large a file may be."""
    return _answer(request, {"POST": _create})


@csrf_exempt
def upload(request: Request, upload_id: uuid.UUID) -> HttpResponse:
    """HEAD tells how much has arrived, PATCH sends more, DELETE ends it."""
    handlers = {"HEAD": _head, "PATCH": _patch, "DELETE": _delete}
    return _answer(request, {name: partial(act, upload_id=upload_id) for name, act in handlers.items()})


def _answer(request: Request, handlers: dict[str, Callable[[Request], HttpResponse]]) -> HttpResponse:
    method = _method(request)
    if method == "OPTIONS":
        response = _options()
    elif method not in handlers:
        response = HttpResponse(status=405, headers={"Allow": ", ".join(["OPTIONS", *handlers])})
    else:
        try:
            _check(request)
            response = handlers[method](request)
        except ParvisError as error:
            response = _refusal(error)
    response["Tus-Resumable"] = VERSION
    response["Cache-Control"] = "no-store"
    return response


def _method(request: Request) -> str:
    """The method, or the one that a client behind a narrow proxy asks for instead."""
    override = request.headers.get("X-HTTP-Method-Override", "").upper()
    return override if request.method == "POST" and override in {"PATCH", "DELETE", "HEAD"} else str(request.method)


def _check(request: Request) -> None:
    """Our own pages and programs only: other sites cannot send these headers, and must not try (no CSRF token here)."""
    if request.headers.get("Tus-Resumable") != VERSION:
        raise WrongVersion
    origin = request.headers.get("Origin")
    if origin and origin != settings.PARVIS_ORIGIN and urlsplit(origin).netloc != request.get_host():
        raise ForeignPage
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        raise ForeignPage
    if not request.viewer.is_signed_in:
        raise SignInNeeded
    demand(request.scopes, CLIPS)


def _refusal(error: ParvisError) -> HttpResponse:
    response = JsonResponse(error.as_json(), status=error.status)
    if isinstance(error, WrongVersion):
        response["Tus-Version"] = VERSION
    return response


def _options() -> HttpResponse:
    return HttpResponse(
        status=204,
        headers={
            "Tus-Version": VERSION,
            "Tus-Extension": EXTENSIONS,
            "Tus-Max-Size": str(settings.PARVIS_UPLOAD_BYTES),
            "Tus-Checksum-Algorithm": ",".join(HASHES),
        },
    )


def _create(request: Request) -> HttpResponse:
    viewer = request.viewer
    assert viewer.person_id is not None
    length = check_offset(request.headers.get("Upload-Length"))
    check_length(length)
    metadata = _metadata(request.headers.get("Upload-Metadata", ""))
    spend(f"upload:{viewer.person_id}", per_minute=20, burst=40)
    made = begin_upload(
        creator=viewer.person_id,
        home=viewer.home,
        length=length,
        filename=metadata.get("filename", ""),
        clip=_clip_id(metadata.get("clip", "")),
    )
    if request.content_type == BODY and _content_length(request) > 0:
        _take(request, made, 0)
        made.refresh_from_db()
    response = HttpResponse(status=201, headers=_place(made))
    response["Location"] = request.build_absolute_uri(f"/uploads/{made.id}")
    return response


def _head(request: Request, upload_id: uuid.UUID) -> HttpResponse:
    found = _alive(request, upload_id)
    return HttpResponse(status=200, headers={**_place(found), "Upload-Length": str(found.length)})


def _patch(request: Request, upload_id: uuid.UUID) -> HttpResponse:
    if request.content_type != BODY:
        raise WrongType
    found = _alive(request, upload_id)
    spend(f"upload-part:{request.viewer.person_id}", per_minute=600, burst=1200)
    offset = check_offset(request.headers.get("Upload-Offset"))
    if found.state == states.OPEN or offset != found.length or _content_length(request) > 0:
        _take(request, found, offset)
        found.refresh_from_db()
    return HttpResponse(status=204, headers=_place(found))


def _delete(request: Request, upload_id: uuid.UUID) -> HttpResponse:
    end_upload(upload=_alive(request, upload_id))
    return HttpResponse(status=204)


def _alive(request: Request, upload_id: uuid.UUID) -> Upload:
    found = own_upload(request.viewer, upload_id)
    if found.state in {states.ENDED, states.EXPIRED}:
        raise UploadGone
    return found


def _take(request: Request, found: Upload, offset: int) -> None:
    if _content_length(request) > found.length - offset >= 0:
        raise TooLarge(megabytes=-(-found.length // 1_000_000))
    receive(upload=found, offset=offset, stream=request, checksum=_checksum(request))


def _place(found: Upload) -> dict[str, str]:
    headers = {"Upload-Offset": str(found.offset), "Parvis-Clip": str(found.clip_id)}
    if found.state == states.OPEN:
        headers["Upload-Expires"] = format_datetime(found.expires_at, usegmt=True)
    return headers


def _content_length(request: Request) -> int:
    value = request.META.get("CONTENT_LENGTH") or "0"
    return int(value) if str(value).isdigit() else 0


def _checksum(request: Request) -> tuple[Digest, bytes] | None:
    header = request.headers.get("Upload-Checksum")
    if header is None:
        return None
    name, _, value = header.strip().partition(" ")
    if name not in HASHES:
        raise BadUpload
    return HASHES[name](), _decoded(value)


def _metadata(header: str) -> dict[str, str]:
    """Return the pairs of an Upload-Metadata header: a key, and the base64 of a text. BadUpload for anything else."""
    found: dict[str, str] = {}
    for pair in filter(None, (one.strip() for one in header.split(","))):
        key, _, value = pair.partition(" ")
        if key in found or len(header) > 4096:
            raise BadUpload
        found[key] = _decoded(value).decode(errors="replace")
    return found


def _decoded(value: str) -> bytes:
    try:
        return base64.b64decode(value.strip(), validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadUpload from error


def _clip_id(value: str) -> uuid.UUID | None:
    if not value:
        return None
    try:
        return uuid.UUID(value)
    except ValueError as error:
        raise BadUpload from error
