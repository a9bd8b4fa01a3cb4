"""The page of results, and what is suggested while somebody types. What was looked for is stored nowhere."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from parvis.accounts.viewer import Request
from parvis.search.limits import LOOKS, TYPES, spend_look
from parvis.search.queries import CANDIDATES, LONGEST, for_viewer

PAGE = 24
KINDS = ("all", "clips", "people", "tags")
MOST = 50  # people, or tags, on their own page


@require_GET
def search(request: Request) -> HttpResponse:
    """Show what is found for `q`: of every `kind`, or of one; clips from the place `after` on."""
    query = request.GET.get("q", "").strip()[:LONGEST]
    kind = request.GET.get("kind", "all")
    kind = kind if kind in KINDS else "all"
    context: dict[str, object] = {"query": query, "kind": kind, "kinds": KINDS, "section": "search"}
    if query:
        spend_look(request, request.viewer, "search", LOOKS)
        context |= _found(request, query, kind)
    return render(request, "search/search.html", context)


def _found(request: Request, query: str, kind: str) -> dict[str, object]:
    door = for_viewer(request.viewer)
    if kind == "people":
        return {"people": door.people(query, most=MOST)}
    if kind == "tags":
        return {"tags": door.tags(query, most=MOST)}
    after = request.GET.get("after", "")
    place = min(int(after), CANDIDATES) if after.isascii() and after.isdigit() and len(after) < 6 else 0
    if kind == "clips" or place:
        return {"found": door.clips(query, most=PAGE, after=place)}
    everything = door.everything(query)
    return {"found": everything.clips, "people": everything.people, "tags": everything.tags}


@require_GET
def suggestions(request: Request) -> HttpResponse:
    """Return a few people and tags for what was typed so far, as a fragment."""
    query = request.GET.get("q", "").strip()[:LONGEST]
    if not query:
        return HttpResponse(status=204)
    spend_look(request, request.viewer, "suggest", TYPES)
    door = for_viewer(request.viewer)
    people = [] if query.startswith("#") else door.people(query, most=4)
    tags = [] if query.startswith("@") else door.tags(query, most=4)
    return render(request, "search/_suggestions.html", {"people": people, "tags": tags, "query": query})
