"""Shapes of webhooks: addresses that are told of what happens to the caller."""

import uuid
from datetime import datetime
from typing import Annotated, Literal, Self

from ninja import Field, Schema
from pydantic import StringConstraints

from parvis.api.answers import Page
from parvis.api.schemas.words import NO_NUL, Body, Word
from parvis.webhooks.models import Delivery
from parvis.webhooks.queries import Shown
from parvis.webhooks.topics import Topic

Address = Annotated[str, StringConstraints(pattern=NO_NUL, max_length=1000)]
Topics = Annotated[list[Word], Field(max_length=100)]


class TopicOut(Schema):
    """One thing that can be told: its name for programs, its label in the caller's language, the scope that it asks
    of a token."""

    name: str
    label: str
    scope: str

    @classmethod
    def of(cls, topic: Topic) -> Self:
        """Return a topic."""
        return cls(name=topic.name, label=str(topic.label), scope=topic.scope)


class TopicList(Page):
    """Everything that can be told."""

    items: list[TopicOut]


class WebhookNew(Body):
    """An address to be told: https, by name, on the usual port."""

    address: Address
    topics: Topics


class WebhookChange(Body):
    """What an address is told from now on."""

    topics: Topics


class Webhook(Schema):
    """An address that is told. `paused`: why it is told nothing any more; `missed`: how many calls were not kept
    because too many waited; `by_program`: it ends with the token that registered it."""

    id: uuid.UUID
    address: str
    topics: list[str]
    created_at: datetime
    failing_since: datetime | None
    paused_at: datetime | None
    paused: Literal["", "silent", "gone", "inner", "stopped"]
    missed: int
    by_program: bool

    @classmethod
    def of(cls, one: Shown) -> Self:
        """Return an address as its owner sees it."""
        row = one.row
        return cls.model_validate({
            "id": row.id, "address": one.address, "topics": row.topics, "created_at": row.created_at,
            "failing_since": row.failing_since, "paused_at": row.paused_at, "paused": row.paused_why,
            "missed": row.missed, "by_program": row.token_id is not None,
        })  # fmt: skip


class WebhookMade(Schema):
    """A webhook with its secret (Standard Webhooks: `whsec_`), which is not shown again."""

    webhook: Webhook
    secret: str


class Webhooks(Page):
    """The addresses that are told, the newest first."""

    items: list[Webhook]


class Call(Schema):
    """One call: its id is the `webhook-id` that the address knows it by. `status`: of the last answer, null where there
    was none. Nothing says about whom it was."""

    id: uuid.UUID
    topic: str
    state: Literal["waits", "arrived", "given-up"]
    tries: int
    status: int | None
    created_at: datetime
    tried_at: datetime | None
    due_at: datetime | None

    @classmethod
    def of(cls, row: Delivery) -> Self:
        """Return a call."""
        state = "arrived" if row.arrived_at else "waits" if row.waits else "given-up"
        return cls.model_validate({
            "id": row.id, "topic": row.topic, "state": state, "tries": row.tries, "status": row.answered,
            "created_at": row.created_at, "tried_at": row.tried_at, "due_at": row.due_at,
        })  # fmt: skip


class Calls(Page):
    """The newest calls of an address."""

    items: list[Call]
