"""Browsers that want to be called."""

from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from parvis.accounts.limits import spend_by
from parvis.accounts.viewer import Request
from parvis.inbox.actions import push as actions
from parvis.inbox.errors import BadSubscription
from parvis.inbox.limits import BROWSERS


@require_http_methods(["PUT", "DELETE"])
def subscription(request: Request) -> HttpResponse:
    """PUT subscribes this browser, as `PushSubscription.toJSON()` gives it, and its time `zone` if it tells one; DELETE
    ends what `endpoint` names: 204."""
    spend_by(request.viewer, "push", BROWSERS)
    told = _body(request)
    keys = told.get("keys") if isinstance(told.get("keys"), dict) else {}
    endpoint = _text(told, "endpoint")
    if request.method == "DELETE":
        actions.unsubscribe(viewer=request.viewer, endpoint=endpoint)
    else:
        actions.subscribe(
            viewer=request.viewer,
            endpoint=endpoint,
            p256dh=_text(keys, "p256dh"),
            auth=_text(keys, "auth"),
            zone=_text({"zone": "", **told}, "zone"),
        )
    return HttpResponse(status=204)


def _body(request: HttpRequest) -> dict[str, Any]:
    try:
        told = orjson.loads(request.body)
    except orjson.JSONDecodeError as error:
        raise BadSubscription from error
    if not isinstance(told, dict):
        raise BadSubscription
    return told


def _text(told: Any, name: str) -> str:
    value = told.get(name)
    if not isinstance(value, str) or len(value) > 1000:
        raise BadSubscription
    return value
