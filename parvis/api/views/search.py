"""Finding clips, people and tags. What was looked for is stored nowhere."""

from collections.abc import Sequence
from typing import Annotated, Any

from ninja import Query, Router

from parvis.accounts import scopes
from parvis.accounts.viewer import Request
from parvis.api.answers import operation
from parvis.api.schemas.clips import Clip
from parvis.api.schemas.people import PersonRef
from parvis.api.schemas.search import ClipsFound, Found, PeopleFound, TagOut, TagsFound
from parvis.api.schemas.words import Word
from parvis.api.views.paging import Limit, size_of
from parvis.clips.cards import Card
from parvis.search.limits import LOOKS, spend_look
from parvis.search.queries import CANDIDATES, SearchFor, for_viewer
from parvis.social.queries import counts

router = Router(tags=["search"])
Place = Annotated[int, Query(ge=0, le=CANDIDATES)]


def _door(request: Request) -> SearchFor:
    spend_look(request, request.viewer, "search", LOOKS)
    return for_viewer(request.viewer)


def _clips(cards: Sequence[Card]) -> list[Clip]:
    counted = counts([card.id for card in cards])
    return [Clip.of(card, counted[card.id]) for card in cards]


@router.get("/search", **operation(Found, scopes.READ, visitors=True, writes=False))
def search(request: Request, q: Word) -> Any:
    """The best of every kind for `q`; one that begins with @ finds people, one with # tags and clips."""
    found = _door(request).everything(q)
    return Found(
        clips=_clips(found.clips.cards), people=[PersonRef.of(one) for one in found.people],
        tags=[TagOut(tag=tag, clips=uses) for tag, uses in found.tags],
    )  # fmt: skip


@router.get("/search/clips", **operation(ClipsFound, scopes.READ, visitors=True, writes=False))
def search_clips(request: Request, q: Word, after: Place = 0, limit: Limit = 24) -> Any:
    """Clips that the caller may see. A page may hold fewer than `limit`."""
    found = _door(request).clips(q, most=size_of(limit), after=after)
    return ClipsFound(items=_clips(found.cards), next=found.next or None, respelt=found.respelt)


@router.get("/search/people", **operation(PeopleFound, scopes.READ, visitors=True, writes=False))
def search_people(request: Request, q: Word, limit: Limit = 24) -> Any:
    """People by handle and name."""
    return PeopleFound(items=[PersonRef.of(one) for one in _door(request).people(q, most=size_of(limit))])


@router.get("/search/tags", **operation(TagsFound, scopes.READ, visitors=True, writes=False))
def search_tags(request: Request, q: Word, limit: Limit = 24) -> Any:
    """Tags."""
    return TagsFound(items=[TagOut(tag=tag, clips=uses) for tag, uses in _door(request).tags(q, most=size_of(limit))])
