"""What moderators see of a reported message."""

import uuid
from typing import cast

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from parvis.accounts.models import Person
from parvis.accounts.viewer import Request
from parvis.inbox import pictures
from parvis.inbox.queries.evidence import evidence_picture


@require_GET
def picture(request: Request, evidence_id: uuid.UUID) -> HttpResponse:
    """The picture of a message that somebody reported, for moderators. It is kept nowhere on its way."""
    moderator = cast("Person", request.user) if request.viewer.is_signed_in else None
    name, key = evidence_picture(moderator, evidence_id)
    response = HttpResponse(pictures.read(name, key), content_type="image/webp")
    response["Cache-Control"] = "private, no-store"
    return response
