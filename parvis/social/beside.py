"""What stands of this package on the pages of clips and people: see `clips.places`."""

import uuid
from typing import Any

from django.template.loader import render_to_string

from parvis.accounts.models import Person
from parvis.accounts.viewer import Request
from parvis.clips.models import Clip
from parvis.kit.ids import uuid7
from parvis.social import queries
from parvis.social.policies import may_comment


def comments_of(request: Request, clip: Clip, *, after: str) -> dict[str, Any]:
    """Return a page of a clip's comments as the templates take it; `after` is a cursor."""
    page = queries.for_viewer(request.viewer).comments(clip, after=_cursor_of(after))
    return {
        "clip": clip,
        "comments": page.comments,
        "next": page.next,
        "count": page.count,
        "may_comment": may_comment(request.viewer, clip),
    }


def _cursor_of(text: str) -> uuid.UUID | None:
    """Return the cursor of a page of comments; anything that is none begins at the newest."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def person_counts(request: Request, person: Person) -> str:
    """How many follow a person, and how many the person follows: public, also of a private account."""
    followers, following = queries.follow_counts(person.id)
    return render_to_string("social/person_counts.html", {"followers": followers, "following": following}, request)


def person_menu(request: Request, person: Person) -> str:
    """Muting and blocking a person, for whoever is signed in and is another."""
    if request.viewer.person_id in {None, person.id}:
        return ""
    is_muted = person.id in queries.muted_by(request.viewer.person_id).people
    return render_to_string("social/person_menu.html", {"person": person, "is_muted": is_muted}, request)


def clip_counts(request: Request, clip: Clip) -> str:
    """How often a clip was liked, commented on and shared."""
    likes, comments, shares = queries.counts([clip.id])[clip.id]
    return render_to_string(
        "social/clip_counts.html", {"likes": likes, "comments": comments, "shares": shares}, request
    )


def clip_talk(request: Request, clip: Clip) -> str:
    """The comments of a clip, `?comments=` a cursor, for whoever may see it; and where to write one."""
    if not clip.is_open:
        return ""
    context = comments_of(request, clip, after=request.GET.get("comments", ""))
    return render_to_string("social/talk.html", {**context, "nonce": uuid7()}, request)
