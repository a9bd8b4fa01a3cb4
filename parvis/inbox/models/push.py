"""Rows of push: the browsers that a person wants to be called in, and what is to be sent to each."""

from typing import Final

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from parvis.accounts.models import Person
from parvis.cells.models import PrivateModel

NOTICE: Final = "notice"
CHAT: Final = "chat"


class PushSubscription(PrivateModel):
    """A browser of a person. Where it is reached and its keys are sealed; `endpoint_index` finds it again. `session` is
    the sign-in session that it belongs to, or the token (a hash): it ends with that. `token_id`: of the token of a
    program (an app's: of the consent), which says how long and of what it is called."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    endpoint = models.BinaryField()
    endpoint_index = models.BinaryField()
    p256dh = models.BinaryField()
    auth = models.BinaryField()
    session = models.TextField()
    token_id = models.UUIDField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta(PrivateModel.Meta):
        indexes = [
            models.Index(fields=["person"], name="inbox_push_person"),
            models.Index(fields=["session"], name="inbox_push_session"),
        ]
        constraints = [
            *PrivateModel.Meta.constraints,
            models.UniqueConstraint(fields=["endpoint_index"], name="inbox_push_endpoint"),
        ]


class PushJob(PrivateModel):
    """One thing to be told to one browser: a notice, or a conversation with something new (`subject`: their id).

    Due at `due_at` while that is set; a worker holds it until `lease_until`. What it says is made when it is sent, so
    nothing is told that was read meanwhile, and ten likes in a minute are told once.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    subscription = models.ForeignKey(PushSubscription, models.CASCADE, related_name="+")
    kind = models.TextField()
    subject = models.UUIDField()
    due_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    failures = models.SmallIntegerField(default=0)
    queued_at = models.DateTimeField(db_default=Now())

    class Meta(PrivateModel.Meta):
        indexes = [
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="inbox_pushjob_due"),
            models.Index(fields=["queued_at"], name="inbox_pushjob_age"),
        ]
        constraints = [
            *PrivateModel.Meta.constraints,
            models.UniqueConstraint(fields=["subscription", "kind", "subject"], name="inbox_pushjob_once"),
            models.CheckConstraint(condition=Q(kind__in=[NOTICE, CHAT]), name="inbox_pushjob_kind"),
        ]
