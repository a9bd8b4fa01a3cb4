"""Rows of archives that are made, and of people who leave."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from parvis.accounts.models import Person
from parvis.cells.models import PrivateModel
from parvis.kit.ids import uuid7
from parvis.owndata import states

KEY = "owndata_download.key"  # what the sealed key of an archive is bound to
ARRIVAL_KEY, REPORT, OFFER = "owndata_arrival.key", "owndata_arrival.report", "owndata_arrival.offer"
ADDRESS = "owndata_alias.address"
PARVIS = "parvis"


class Leased(PrivateModel):
    """A row that a worker holds by `claimed_by` until `lease_until`; after a crash another takes it up then."""

    claimed_by = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    failures = models.IntegerField(default=0)
    retry_at = models.DateTimeField(null=True)

    class Meta(PrivateModel.Meta):
        abstract = True


class Download(Leased):
    """An archive of everything that is one person's. In the storage it lies encrypted (see `vault`) under `key`,
    sealed for the person: without the person's keys a copy that lay about is worth nothing."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    state = models.TextField(default=states.DOWNLOAD.initial)
    asked_at = models.DateTimeField(db_default=Now())
    ready_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    key = models.BinaryField(null=True)
    rows = models.IntegerField(default=0)
    files = models.IntegerField(default=0)
    bytes = models.BigIntegerField(default=0)

    class Meta(Leased.Meta):
        constraints = [
            models.UniqueConstraint(fields=["home", "id"], name="owndata_download_home_id"),
            models.UniqueConstraint(fields=["person"], condition=Q(state=states.ASKED), name="owndata_download_one"),
            models.CheckConstraint(condition=Q(state__in=states.DOWNLOAD.states), name="owndata_download_state_known"),
            models.CheckConstraint(
                condition=~Q(state=states.READY) | Q(key__isnull=False, expires_at__isnull=False),
                name="owndata_download_ready_opens",
            ),
        ]


class Arrival(Leased):
    """An archive that its person brought, while it is taken up and as a report afterwards. It lies encrypted as a
    `Download` does. `report`, sealed: how many rows of each table came (""), and how many did not, by code.

    Of another place than Parvis (`kind`): `publishes` and `is_found` are what the person wished, `offer`, sealed, is
    what the person may still take: a name and words, videos that lie elsewhere, people who are here.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    state = models.TextField(default=states.ARRIVAL.initial)
    kind = models.TextField(default=PARVIS)
    asked_at = models.DateTimeField(db_default=Now())
    done_at = models.DateTimeField(null=True)
    key = models.BinaryField(null=True)
    report = models.BinaryField(null=True)
    publishes = models.BooleanField(default=False, db_default=False)
    is_found = models.BooleanField(default=False, db_default=False)
    offer = models.BinaryField(null=True)

    class Meta(Leased.Meta):
        constraints = [
            models.UniqueConstraint(fields=["home", "id"], name="owndata_arrival_home_id"),
            models.CheckConstraint(condition=Q(state__in=states.ARRIVAL.states), name="owndata_arrival_state_known"),
        ]


class Alias(PrivateModel):
    """Who a person was elsewhere, sealed: those who bring an archive from there find the person by it. It is made of
    the person's own archive, and only where the person wished so."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    address = models.BinaryField()
    address_index = models.BinaryField(db_index=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta(PrivateModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["home", "id"], name="owndata_alias_home_id"),
            models.UniqueConstraint(fields=["person", "address_index"], name="owndata_alias_once"),
        ]


class Leaving(Leased):
    """A person who asked to be deleted; `id` is the person's id. The row outlives the person, until all is erased.

    `counts` holds how many rows went so far, by table, and `files` how many files.
    """

    state = models.TextField(default=states.LEAVING.initial)
    asked_at = models.DateTimeField(db_default=Now())
    due_at = models.DateTimeField(db_index=True)
    counts = models.JSONField(default=dict)
    files = models.IntegerField(default=0)

    class Meta(Leased.Meta):
        constraints = [
            models.UniqueConstraint(fields=["home", "id"], name="owndata_leaving_home_id"),
            models.CheckConstraint(condition=Q(state__in=states.LEAVING.states), name="owndata_leaving_state_known"),
        ]


class Erasure(models.Model):
    """Proof that somebody of a home was erased: what and how much, never who."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    home = models.TextField()
    erased_at = models.DateTimeField(db_default=Now())
    counts = models.JSONField()
    files = models.IntegerField()
