"""Rows of homes and keys, and the shape that every private row has."""

from django.db import models
from django.db.models.functions import Now

from parvis.kit.ids import uuid7


class PrivateModel(models.Model):
    """A row that belongs to one person.

    It carries its person's `home` and a unique (home, id), which each migration makes the table's replica identity
    (`cells.operations.ReplicaIdentity`): logical replication filtered by home needs it there.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    home = models.TextField()

    class Meta:
        abstract = True
        constraints = [models.UniqueConstraint(fields=["home", "id"], name="%(app_label)s_%(class)s_home_id")]


class PersonKey(PrivateModel):
    """The keys of one person; `id` is the person's id. Deleting the row makes all that they seal unreadable.

    `person_key` is wrapped by the market's key, which lies in a file; `data_key` is wrapped by the person key.
    """

    person_key = models.BinaryField()
    data_key = models.BinaryField()
    created_at = models.DateTimeField(db_default=Now())


class DestroyedKey(models.Model):
    """A person's keys were destroyed. `digest` names them to nobody who does not know the person's id already."""

    digest = models.BinaryField(primary_key=True)
    destroyed_at = models.DateTimeField()
