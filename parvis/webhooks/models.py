"""Rows of webhooks: addresses that are told, and what each is or was told."""

from typing import Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from parvis.accounts.models import Person
from parvis.cells.models import PrivateModel
from parvis.connect.models import App

SILENT: Final = "silent"  # nothing arrived for a day
GONE: Final = "gone"  # it answered that it is gone (410)
INNER: Final = "inner"  # its name means an address that is not on the open Internet
STOPPED: Final = "stopped"  # by an operator


class Endpoint(PrivateModel):
    """An address that `person` has told of `topics`: of themselves, or, of an app, of everybody who lets the app in.

    The address and the secrets are sealed for the person; `old_secret` signs too until `old_until`. `token_id`: of the
    token or the consent with which a program registered it, and with which it ends. `due_at`: when a worker is to look
    at it next; while one sends, that is when another may take over. None: nothing waits, or it is paused.
    `failing_since`: nothing arrived since. `missed`: what was not kept because too much waited.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    app = models.ForeignKey(App, models.CASCADE, null=True, related_name="+")
    token_id = models.UUIDField(null=True)
    address = models.BinaryField()
    topics = ArrayField(models.TextField())
    secret = models.BinaryField()
    old_secret = models.BinaryField(null=True)
    old_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    due_at = models.DateTimeField(null=True)
    failures = models.IntegerField(default=0)
    failing_since = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    paused_why = models.TextField(blank=True)
    missed = models.IntegerField(default=0)

    class Meta(PrivateModel.Meta):
        indexes = [
            models.Index(fields=["person", "-id"], name="webhooks_endpoint_newest"),
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="webhooks_endpoint_due"),
            models.Index(fields=["token_id"], condition=Q(token_id__isnull=False), name="webhooks_endpoint_token"),
        ]
        constraints = [
            *PrivateModel.Meta.constraints,
            models.CheckConstraint(
                condition=Q(paused_at__isnull=True, paused_why="")
                | Q(paused_at__isnull=False, due_at__isnull=True, paused_why__in=[SILENT, GONE, INNER, STOPPED]),
                name="webhooks_endpoint_paused",
            ),
        ]

    @property
    def is_stopped(self) -> bool:
        """Whether an operator stopped it: its owner cannot start it again."""
        return self.paused_why == STOPPED


class Delivery(PrivateModel):
    """One thing to be told to one address: what happened to `person`, by whom, to which clip (`about`), in which
    comment or the like (`detail`). Its id is what the receiver knows it by, however often it comes.

    The words are made when it is sent, of what the person may see then. Due at `due_at` while that is set; after that
    it arrived at `arrived_at`, or was given up. `answered`: the last status; None where there was no answer.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    endpoint = models.ForeignKey(Endpoint, models.CASCADE, related_name="+")
    topic = models.TextField()
    event = models.UUIDField()
    about = models.UUIDField(null=True)
    by_id = models.UUIDField(null=True)
    detail = models.UUIDField(null=True)
    at = models.DateTimeField()
    created_at = models.DateTimeField(db_default=Now())
    due_at = models.DateTimeField(null=True)
    tries = models.SmallIntegerField(default=0)
    tried_at = models.DateTimeField(null=True)
    answered = models.SmallIntegerField(null=True)
    arrived_at = models.DateTimeField(null=True)

    class Meta(PrivateModel.Meta):
        indexes = [
            models.Index(fields=["endpoint", "-id"], name="webhooks_delivery_newest"),
            models.Index(
                fields=["endpoint", "due_at"], condition=Q(due_at__isnull=False), name="webhooks_delivery_due"
            ),
            models.Index(fields=["created_at"], name="webhooks_delivery_age"),
            models.Index(fields=["by_id"], condition=Q(by_id__isnull=False), name="webhooks_delivery_by"),
        ]
        constraints = [
            *PrivateModel.Meta.constraints,
            models.UniqueConstraint(fields=["endpoint", "person", "topic", "event"], name="webhooks_delivery_once"),
        ]

    @property
    def waits(self) -> bool:
        """Whether it is to be sent, for the first time or again."""
        return self.due_at is not None
