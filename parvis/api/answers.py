"""How the API answers: one shape for refusals, and for each operation the list of all that it may answer."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, TypeVar

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from ninja import Schema
from ninja.errors import HttpError, ValidationError
from psycopg.errors import OperationalError as DriverError

from parvis.accounts.errors import BadToken, ScopeMissing, SignInNeeded, TooMany
from parvis.api import errors
from parvis.api.auth import Asking
from parvis.kit.errors import ParvisError

Refusals = Sequence[type[ParvisError]]
T = TypeVar("T")


class Detail(Schema):
    """One value that was not taken: where it stands, a word for programs, and a sentence (English) for developers."""

    where: str
    code: str
    message: str


class Problem(Schema):
    """Why something was refused: `code` for programs, `message` for people, in their language."""

    code: str
    message: str
    details: list[Detail]


class Refusal(Schema):
    """The one shape of every answer from 400 on."""

    error: Problem


class Page(Schema):
    """What every list says beside its `items`: `next` is the value of `after` for the following page, null on the
    last."""

    next: str | None


ALWAYS: Refusals = (BadToken, ScopeMissing, errors.Invalid, TooMany, errors.NotNow)
OF_WRITES: Refusals = (errors.BadOrigin, errors.Unreadable, errors.TooLarge, errors.WrongType)


def operation(
    answer: Any,
    scope: str,
    *refusals: type[ParvisError],
    status: int = 200,
    visitors: bool = False,
    writes: bool = True,
) -> dict[str, Any]:
    """Return what ninja is to know of an operation: its good answer, all its refusals, and who may call it.

    `visitors`: also people without an account. `writes`: it changes something, or takes a body.
    """
    told = [*ALWAYS, *(OF_WRITES if writes else ()), *(() if visitors else (SignInNeeded,)), *refusals]
    codes: dict[int, list[str]] = {}
    for refusal in told:
        codes.setdefault(refusal.status, []).append(refusal.code)
    described = {
        code: {"description": f"{_phrase(code)}: {', '.join(f'`{one}`' for one in dict.fromkeys(words))}"}
        for code, words in sorted(codes.items())
    }
    ways: list[dict[str, list[str]]] = [{"token": [scope]}, {"session": []}, *([{}] if visitors else [])]
    return {
        "response": {status: answer, **dict.fromkeys(sorted(codes), Refusal)},
        "auth": Asking(scope, visitors=visitors),
        "openapi_extra": {"responses": described, "security": ways, "x-scope": scope},
    }


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Refused"


def refuse(error: ParvisError, details: Sequence[dict[str, str]] = ()) -> HttpResponse:
    """Answer a refusal."""
    answer = JsonResponse(error.as_json(details), status=error.status)
    answer["Cache-Control"] = "no-store"
    if error.status == 401:
        answer["WWW-Authenticate"] = "Bearer"
    if error.status in {429, 503}:
        answer["Retry-After"] = "2"
    return answer


def on_refusal(_request: HttpRequest, error: Exception) -> HttpResponse:
    """Answer any of the errors below; for ninja."""
    if isinstance(error, ParvisError):
        return refuse(error)
    if isinstance(error, ValidationError):
        return refuse(errors.Invalid(), [_detail(one) for one in error.errors])
    if isinstance(error, HttpError) and isinstance(error.__cause__, ParvisError):
        return refuse(error.__cause__)
    for kinds, told in KNOWN:
        if isinstance(error, kinds):
            return refuse(told())
    raise error


KNOWN: Sequence[tuple[tuple[type[Exception], ...], type[ParvisError]]] = (
    ((RequestDataTooBig,), errors.TooLarge),
    ((Http404,), errors.NotThere),
    ((HttpError, MultiPartParserError, TooManyFieldsSent), errors.Unreadable),
    ((OperationalError, InterfaceError, DriverError), errors.NotNow),
)
CAUGHT = (ParvisError, ValidationError, *(kind for kinds, _ in KNOWN for kind in kinds))


def _detail(error: dict[str, Any]) -> dict[str, str]:
    """Say what pydantic found, without the value: it may be private, and is the sender's own anyway."""
    where = ".".join(str(part) for part in error["loc"])
    return {"where": where, "code": str(error["type"]), "message": str(error["msg"])}
