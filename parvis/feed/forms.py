"""What the forms and scripts of the feed's pages may say."""

import json
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from parvis.feed.errors import BadChoice

FORGET = "forget"


@dataclass(frozen=True)
class Said:
    """Something said of a topic; `most` where it is said with a number."""

    says: str
    most: int | None = None


def said(text: str) -> Said:
    """Return what a control says: a word, or one with a number as `most-2`. BadChoice if the number is none."""
    word, _, number = text.partition("-")
    if not number:
        return Said(word)
    if not number.isascii() or not number.isdigit():
        raise BadChoice
    return Said(word, int(number[:4]))


def said_by_script(body: bytes) -> Said:
    """Return what `{"says", "most"}` says. BadChoice for anything else."""
    try:
        told: dict[str, Any] = json.loads(body)
        says, most = told["says"], told.get("most")
    except (ValueError, TypeError, KeyError, AttributeError):
        raise BadChoice from None
    if not isinstance(says, str) or not (most is None or type(most) is int):
        raise BadChoice
    return Said(says, most)


def control_of(says: str, most: int | None) -> str:
    """Return the value of the control that says this."""
    return says if most is None else f"{says}-{most}"


def minutes(form: QueryDict, name: str) -> int:
    """Return the minutes that a field of a form asks for; BadChoice if that is no number."""
    text = form.get(name, "")
    if not text.isascii() or not text.isdigit():
        raise BadChoice
    return int(text[:6])
