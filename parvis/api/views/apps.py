"""Other apps that act for the caller. They are let in, and registered, in a browser."""

import uuid
from typing import Any

from ninja import Router, Status

from parvis.accounts import scopes
from parvis.accounts.limits import spend_by
from parvis.accounts.queries import person_of
from parvis.accounts.viewer import Request
from parvis.api.answers import operation
from parvis.api.schemas.apps import AppOut, Apps
from parvis.connect.actions import withdraw
from parvis.connect.queries import consents_of

router = Router(tags=["me"])
WITHDRAWALS = {"per_minute": 20, "burst": 60}


@router.get("/me/apps", **operation(Apps, scopes.SETTINGS, writes=False))
def list_apps(request: Request) -> Any:
    """The apps that may act for the caller."""
    return Apps(items=[AppOut.of(row) for row in consents_of(person_of(request.viewer))], next=None)


@router.delete("/me/apps/{app_id}", **operation(None, scopes.SETTINGS, status=204))
def withdraw_app(request: Request, app_id: uuid.UUID) -> Any:
    """Let an app act no longer; the one that asks, too."""
    spend_by(request.viewer, "apps", WITHDRAWALS)
    withdraw(person=person_of(request.viewer), app_id=app_id)
    return Status(204, None)
