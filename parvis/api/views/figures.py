"""Figures of the caller's own clips."""

import uuid
from typing import Annotated, Any

from ninja import Query, Router

from parvis.accounts import scopes
from parvis.accounts.viewer import Request
from parvis.api.answers import operation
from parvis.api.schemas.figures import ClipFiguresOut, ClipLine, Figures, days_of
from parvis.api.schemas.words import Cursor
from parvis.api.views.paging import Limit, size_of
from parvis.clips.errors import NoSuchClip
from parvis.insights.queries import SPANS, USUAL, for_viewer

router = Router(tags=["figures"])
Days = Annotated[int, Query(ge=1, le=max(SPANS))]


@router.get("/me/figures", **operation(Figures, scopes.READ, writes=False))
def list_figures(request: Request, after: Cursor = "", limit: Limit = 30, days: Days = USUAL) -> Any:
    """How the caller's clips were watched, and all of them together on each of the last days."""
    found = for_viewer(request.viewer).overview(after=after, span=days, size=size_of(limit))
    return Figures(items=[ClipLine.of(line) for line in found.lines], next=found.next or None, days=days_of(found.days))


@router.get("/me/clips/{clip_id}/figures", **operation(ClipFiguresOut, scopes.READ, NoSuchClip, writes=False))
def get_figures(request: Request, clip_id: uuid.UUID, days: Days = USUAL) -> Any:
    """How one of the caller's own clips was watched. Of fewer than ten viewers nothing is told but their number."""
    return ClipFiguresOut.of(for_viewer(request.viewer).of_clip(clip_id, span=days))
