"""Figures of the caller's own clips."""

import uuid
from datetime import date

from ninja import Schema

from parvis.api.answers import Page
from parvis.insights.queries import ClipFigures, Line, OnDay, Told
from parvis.insights.queries import Part as Group


class DayOut(Schema):
    """The views of one day (UTC)."""

    day: date
    views: int


class ClipLine(Schema):
    """One clip in short; `watched_ms` is null where fewer than ten people saw it."""

    clip: uuid.UUID
    views: int
    likes: int
    comments: int
    shares: int
    watched_ms: int | None

    @classmethod
    def of(cls, line: Line) -> "ClipLine":
        """Return what is told of a clip of the overview."""
        return cls(
            clip=line.clip.id, views=line.views, likes=line.likes, comments=line.comments, shares=line.shares,
            watched_ms=line.watched_ms,
        )  # fmt: skip


class Figures(Page):
    """The caller's own clips, the newest first; `days` are the views of all of them."""

    items: list[ClipLine]
    days: list[DayOut]


class GroupOut(Schema):
    """A group of at least ten people: `share` of all views, from 0 to 1. An empty value: all other groups together."""

    value: str
    share: float

    @classmethod
    def of(cls, part: Group) -> "GroupOut":
        """Return a group as a program reads it."""
        return cls(value=part.value, share=part.share)


class Telling(Schema):
    """How far viewers came, and where they found the clip. `curve`: what share of views came to each tenth of it, from
    none to all; `average`: how much of it a view saw the first time through; `again`: the share that saw it again."""

    watched_ms: int
    average: float
    again: float
    loops: int
    curve: list[float]
    sources: list[GroupOut]
    markets: list[GroupOut]

    @classmethod
    def of(cls, told: Told) -> "Telling":
        """Return what is told of a clip as a program reads it."""
        return cls(
            watched_ms=told.watched_ms, average=told.average, again=told.again, loops=told.loops, curve=told.curve,
            sources=[GroupOut.of(part) for part in told.sources], markets=[GroupOut.of(part) for part in told.markets],
        )  # fmt: skip


class ClipFiguresOut(Schema):
    """How one clip was watched; `told` is null where fewer than ten people saw it."""

    clip: uuid.UUID
    views: int
    likes: int
    comments: int
    shares: int
    days: list[DayOut]
    told: Telling | None

    @classmethod
    def of(cls, figures: ClipFigures) -> "ClipFiguresOut":
        """Return the figures as a program reads them."""
        return cls(
            clip=figures.clip.id, views=figures.views, likes=figures.likes, comments=figures.comments,
            shares=figures.shares, days=days_of(figures.days), told=Telling.of(figures.told) if figures.told else None,
        )  # fmt: skip


def days_of(days: list[OnDay]) -> list[DayOut]:
    """Return days as a program reads them, the oldest first."""
    return [DayOut(day=one.day, views=one.views) for one in days]
