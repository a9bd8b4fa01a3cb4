"""The endpoint that the feed is measured against: Starlette answering fixed bytes, and nothing else."""

import os
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

BODY = Path(os.environ["BARE_BODY"]).read_bytes() if "BARE_BODY" in os.environ else b"{}"


async def slate(request: Request) -> Response:
    """Answer the same bytes each time."""
    return Response(BODY, media_type="application/json", headers={"Cache-Control": "no-store"})


app = Starlette(routes=[Route("/feed/slate", slate)])
