"""Shapes of what other apps may do."""

import uuid
from datetime import datetime
from typing import Self

from ninja import Schema

from parvis.api.answers import Page
from parvis.connect.models import Consent


class AppOut(Schema):
    """An app that acts for the caller: what it may do, since when, and whether it works at all."""

    id: uuid.UUID
    name: str
    website: str
    scopes: list[str]
    works: bool
    created_at: datetime
    used_at: datetime | None

    @classmethod
    def of(cls, row: Consent) -> Self:
        """Return what the caller lets an app do."""
        app = row.app
        return cls(
            id=app.id, name=app.name, website=app.website, scopes=row.scopes, works=app.works,
            created_at=row.created_at, used_at=row.used_at,
        )  # fmt: skip


class Apps(Page):
    """The apps that act for the caller, the newest first."""

    items: list[AppOut]
