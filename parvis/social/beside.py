"""What stands of this package on the pages of clips and people: see `clips.places`."""

from typing import Any

from django.template.loader import render_to_string

from parvis.accounts.models import Person
from parvis.accounts.viewer import Request
from parvis.clips.models import Clip
from parvis.kit.ids import uuid7
from parvis.social import queries
from parvis.social.policies import may_comment, may_curate


def comments_of(request: Request, clip: Clip, *, after: str) -> dict[str, Any]:
    """Return a page of a clip's comments as the templates take it; `after` is a cursor."""
    page = queries.for_viewer(request.viewer).comments(clip, after=queries.cursor_of(after))
    return {
        "clip": clip,
        "comments": page.comments,
        "next": page.next,
        "count": page.count,
        "may_comment": may_comment(request.viewer, clip),
    }


def person_counts(request: Request, person: Person) -> str:
    """How many follow a person, and how many the person follows: public, also of a private account."""
    followers, following = queries.follow_counts(person.id)
    context = {
        "followers": followers,
        "following": following,
        "person": person,
        "is_open": queries.for_viewer(request.viewer).may_read_lists_of(person),
    }
    return render_to_string("social/person_counts.html", context, request)


def person_menu(request: Request, person: Person) -> str:
    """Muting and blocking a person, for whoever is signed in and is another."""
    if request.viewer.person_id in {None, person.id}:
        return ""
    is_muted = person.id in queries.muted_by(request.viewer.person_id).people
    return render_to_string("social/person_menu.html", {"person": person, "is_muted": is_muted}, request)


def clip_counts(request: Request, clip: Clip) -> str:
    """How often a clip was liked, commented on and shared."""
    likes, comments, shares = queries.counts([clip.id])[clip.id]
    context = {"likes": likes, "comments": comments, "shares": shares, "clip": clip}
    return render_to_string("social/clip_counts.html", {**context, "is_own": may_curate(request.viewer, clip)}, request)


def clip_keep(request: Request, clip: Clip) -> str:
    """The button that keeps a clip for later, for whoever is signed in."""
    if not request.viewer.is_signed_in:
        return ""
    is_saved = queries.for_viewer(request.viewer).has_saved(clip.id)
    return render_to_string("social/save.html", {"clip": clip, "is_saved": is_saved}, request)


def clip_talk(request: Request, clip: Clip) -> str:
    """The comments of a clip, `?comments=` a cursor, for whoever may see it; and where to write one."""
    if not clip.is_open:
        return ""
    context = comments_of(request, clip, after=request.GET.get("comments", ""))
    return render_to_string("social/talk.html", {**context, "nonce": uuid7()}, request)
