"""What is found."""

from ninja import Schema

from parvis.api.schemas.clips import Clip, Clips
from parvis.api.schemas.people import PersonRef


class TagOut(Schema):
    """A tag, without its #, and how many clips have it."""

    tag: str
    clips: int


class ClipsFound(Clips):
    """A page of clips, the best first; `respelt`: words of the query that were taken for others."""

    respelt: dict[str, str]


class PeopleFound(Schema):
    """People, the best first."""

    items: list[PersonRef]


class TagsFound(Schema):
    """Tags, the most used first."""

    items: list[TagOut]


class Found(Schema):
    """What is found of each kind, the best first."""

    clips: list[Clip]
    people: list[PersonRef]
    tags: list[TagOut]
