"""What moderators may read of conversations: single messages and names of groups, as whoever reported them had them."""

from typing import Final

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from parvis.accounts.models import Person
from parvis.cells.models import PrivateModel

MESSAGE: Final = "message"
GROUP: Final = "group"


class Evidence(PrivateModel):
    """A message, or the name of a group, that somebody reported: a copy that belongs to whoever wrote it, in their home
    and sealed with their key. `subject`: what is the same in every copy of the message, or the conversation.

    `body`, `clip`, `picture` and `picture_key` are as in `Message`; the picture is a file of its own.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    kind = models.TextField()
    subject = models.UUIDField()
    body = models.BinaryField(null=True)
    clip = models.UUIDField(null=True)
    picture = models.TextField(default="", blank=True)
    picture_key = models.BinaryField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta(PrivateModel.Meta):
        constraints = [
            *PrivateModel.Meta.constraints,
            models.UniqueConstraint(fields=["kind", "subject"], name="inbox_evidence_once"),
            models.CheckConstraint(condition=Q(kind__in=[MESSAGE, GROUP]), name="inbox_evidence_kind"),
        ]
