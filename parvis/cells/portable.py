"""The data map of this package, of the events below it, and of Django's own tables."""

from django.utils.translation import gettext_lazy as _

from parvis.cells.datamap import Kind, Table, declare
from parvis.cells.records import hook

declare(
    Table(
        "cells_personkey",
        Kind.PRIVATE,
        private="id home created_at",
        sealed="person_key data_key",
        person="id",
        stays="The archive is opened already; the keys would open what is still here.",
    ),
    Table(
        "events_event",
        Kind.PRIVATE,
        private="id home kind actor object data at",
        operational="xid",
        person="actor",
        forgets="object",
        lost="What happened there did not happen here.",
    ),
    Table("cells_destroyedkey", Kind.OPERATIONAL, operational="digest destroyed_at"),
    Table("events_cursor", Kind.OPERATIONAL, operational="subscriber xid event failures retry_at error"),
    Table("events_worker", Kind.OPERATIONAL, operational="id host started_at seen_at"),
    Table("django_migrations", Kind.OPERATIONAL, operational="id app name applied"),
    Table("django_content_type", Kind.OPERATIONAL, operational="id app_label model"),
    Table("auth_permission", Kind.OPERATIONAL, operational="id name content_type_id codename"),
    Table("auth_group", Kind.OPERATIONAL, operational="id name"),
    Table("auth_group_permissions", Kind.OPERATIONAL, operational="id group_id permission_id"),
)
hook("events_event", title=_("What you did, as a log"))
