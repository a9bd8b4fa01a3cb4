"""People, as the API tells of them."""

from typing import Self

from ninja import Schema

from parvis.accounts.models import Person
from parvis.api.answers import Page
from parvis.social.queries import FollowState


class PersonRef(Schema):
    """Somebody, in short."""

    handle: str
    name: str
    avatar: str | None
    url: str

    @classmethod
    def of(cls, person: Person) -> Self:
        """Return a person in short."""
        avatar = f"/avatars/{person.avatar_key}" if person.avatar_key else None
        return cls(handle=person.handle, name=person.name, avatar=avatar, url=f"/@{person.handle}")


class Follow(Schema):
    """How the caller stands to a person, and how many follow that person."""

    following: bool
    requested: bool
    followers: int

    @classmethod
    def of(cls, state: FollowState) -> Self:
        """Return what a query found."""
        return cls(following=state.following, requested=state.requested, followers=state.count)


class PersonOut(PersonRef):
    """A person as everybody sees them, and how the caller stands to them."""

    bio: str
    is_private: bool
    is_own: bool
    followers: int
    follows: int
    following: bool
    requested: bool


class People(Page):
    """A list of people."""

    items: list[PersonRef]
