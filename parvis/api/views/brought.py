"""Archives that the caller brought from elsewhere, and what came of them. They are handed over in a browser."""

import uuid
from typing import Any

from ninja import Router, Status

from parvis.accounts import scopes
from parvis.accounts.limits import spend_by
from parvis.accounts.queries import person_of
from parvis.accounts.viewer import Request
from parvis.api.answers import operation
from parvis.api.schemas.brought import ArrivalOut, Arrivals, KnownName, KnownNames, Report, Section
from parvis.api.schemas.people import PersonRef
from parvis.owndata import queries
from parvis.owndata.actions import moving
from parvis.owndata.errors import NoSuchDownload, NothingProposed
from parvis.social.limits import WORDS

router = Router(tags=["me"])


@router.get("/me/arrivals", **operation(Arrivals, scopes.READ, writes=False))
def list_arrivals(request: Request) -> Any:
    """The latest archives that the caller brought."""
    return Arrivals(items=[ArrivalOut.of(one) for one in queries.arrivals_of(person_of(request.viewer))])


@router.get("/me/arrivals/{arrival_id}", **operation(Report, scopes.READ, NoSuchDownload, writes=False))
def get_arrival(request: Request, arrival_id: uuid.UUID) -> Any:
    """What came of an archive, what did not and why, and what it offers. Empty until it is taken up."""
    arrival = queries.arrival_of(person_of(request.viewer), arrival_id)
    offer = queries.offer_of(arrival)
    return Report(
        **ArrivalOut.of(arrival).model_dump(),
        sections=[Section.of(line) for line in queries.lines_of(arrival)],
        name=offer.get("display_name", ""),
        bio=offer.get("bio", ""),
        links=offer.get("links", []),
        people=[PersonRef.of(one) for one in queries.people_offered(arrival, request.viewer)],
    )


@router.put(
    "/me/arrivals/{arrival_id}/profile",
    **operation(None, scopes.SETTINGS, NoSuchDownload, NothingProposed, status=204),
)
def take_profile(request: Request, arrival_id: uuid.UUID) -> Any:
    """Take over the name and words that an archive proposes."""
    spend_by(request.viewer, "profile", WORDS)
    moving.take_profile(person=person_of(request.viewer), arrival_id=arrival_id)
    return Status(204, None)


@router.get("/me/names", **operation(KnownNames, scopes.READ, writes=False))
def list_names(request: Request) -> Any:
    """The names by which those who knew the caller elsewhere find them."""
    return KnownNames(items=[KnownName.of(one) for one in queries.aliases_of(person_of(request.viewer))])


@router.delete("/me/names/{alias_id}", **operation(None, scopes.SETTINGS, status=204))
def end_name(request: Request, alias_id: uuid.UUID) -> Any:
    """Be found by a name no more. One that is gone stays gone."""
    spend_by(request.viewer, "profile", WORDS)
    moving.be_found_no_more(person=person_of(request.viewer), alias_id=alias_id)
    return Status(204, None)
