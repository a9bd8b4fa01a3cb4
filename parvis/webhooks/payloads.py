"""What a call says: made when it is sent, of what its person may see at that moment. Ids, names and addresses; words of
people are had from the API, by who may read them."""

import uuid
from datetime import UTC
from typing import Any, Final

import orjson
from django.conf import settings

from parvis.accounts.bearer import allowed_by, viewer_for
from parvis.accounts.notices import declared
from parvis.accounts.queries import for_viewer as people_for
from parvis.accounts.viewer import Viewer
from parvis.clips.queries import for_viewer as clips_for
from parvis.connect.queries import apps_allowed, subject
from parvis.social.queries.mutes import muted_by
from parvis.webhooks.models import Delivery, Endpoint
from parvis.webhooks.topics import PING, Topic, topics

Data = dict[str, Any]
PAGES: Final = {"clip": "/c/", "decision": "/decisions/"}


def may_tell(endpoint: Endpoint, job: Delivery) -> bool:
    """Whether this address may know of this person now: the accounts are open, and what let the program in still
    holds. Asked before each call."""
    if not (endpoint.person.is_active and job.person.is_active):
        return False
    if job.topic == PING:
        return endpoint.app is None or endpoint.app.works
    topic = topics().get(job.topic)
    if topic is None:
        return False
    if endpoint.app_id is not None:
        return endpoint.app_id in apps_allowed(job.person_id, topic.scope)
    return endpoint.token_id is None or topic.scope in (allowed_by(endpoint.token_id) or ())


def body_of(endpoint: Endpoint, job: Delivery) -> bytes | None:
    """Return the body of a call; None where there is nothing left to say. KeyMissing, Damaged."""
    data: Data | None = {}
    if job.topic != PING:
        data = _data(endpoint, job, topics()[job.topic])
    if data is None:
        return None
    at = job.at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return orjson.dumps({"type": job.topic, "timestamp": at, "data": data})


def _data(endpoint: Endpoint, job: Delivery, topic: Topic) -> Data | None:
    viewer = viewer_for(job.person)
    whom: Data = {"handle": job.person.handle}
    if endpoint.app is not None:
        whom["sub"] = subject(endpoint.app, job.person)
    said: Data = {"person": whom}
    if topic.about and job.about is not None:
        if topic.needs_clip and not clips_for(viewer).some([job.about]):
            return None
        said[topic.about] = _named(topic.about, job.about)
    if topic.detail and job.detail is not None:
        if not _may_read(viewer, topic, job.detail):
            return None
        said[topic.detail] = _named(topic.detail, job.detail)
    if job.by_id is not None:
        by = _seen(viewer, job.by_id)
        if by is None:
            return None
        said["by"] = by
    return said


def _named(kind: str, number: uuid.UUID) -> Data:
    page = PAGES.get(kind)
    return {"id": str(number), "url": f"{settings.PARVIS_ORIGIN}{page}{number}"} if page else {"id": str(number)}


def _may_read(viewer: Viewer, topic: Topic, comment: uuid.UUID) -> bool:
    words = declared()[topic.news].quotes(viewer, [comment]).get(comment)
    return words is not None and not muted_by(viewer.person_id).hides(words)


def _seen(viewer: Viewer, who: uuid.UUID) -> Data | None:
    person = people_for(viewer).some([who]).first()
    if person is None or person.id in muted_by(viewer.person_id).people:
        return None
    return {"handle": person.handle, "name": person.name, "url": settings.PARVIS_ORIGIN + person.get_absolute_url()}
