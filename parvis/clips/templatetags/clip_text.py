"""Template filters for what people write about clips.

{{ card.caption|linked:card.mentions }}   #tags and the given @mentions become links; everything else is escaped
{{ card.renditions|last_url }}            the address of the finest rendition
{{ url|download }}                        the same file, as a download
{% archived_words row as words %}         title, caption and alternative text of a clip's row in an archive
"""

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import orjson
from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from parvis.clips.words import MENTION, TAG, Words, normal_tag

register = template.Library()


@register.filter
def linked(text: str, mentions: Sequence[str] = ()) -> SafeString:
    """Return a text as safe HTML with links to its tags and to the people among `mentions`, and its line breaks."""
    return mark_safe(re.sub(r"\n", "<br>", links(text, mentions)))  # noqa: S308 - `links` has escaped every part


@register.filter
def links(text: str, mentions: Sequence[str] = ()) -> SafeString:
    """Return a text as safe HTML with links to its tags and to the people among `mentions`."""
    places: list[tuple[int, int, str]] = []
    for match in TAG.finditer(text):
        tag = normal_tag(match[1])
        if tag and not tag.isdecimal():
            places.append((*match.span(), f"/tag/{quote(tag)}"))
    for match in MENTION.finditer(text):
        handle = match[1].rstrip(".").lower()
        if handle in mentions:
            places.append((match.start(), match.start() + 1 + len(handle), f"/@{handle}"))
    parts, at = [], 0
    for start, end, address in sorted(places):
        if start >= at:
            parts += [escape(text[at:start]), f'<a href="{escape(address)}">{escape(text[start:end])}</a>']
            at = end
    parts.append(escape(text[at:]))
    return mark_safe("".join(parts))  # noqa: S308 - every part is escaped above


@register.filter
def last_url(renditions: Sequence[dict[str, Any]]) -> str:
    """Return the address of the finest rendition, or an empty text."""
    return str(renditions[-1]["url"]) if renditions else ""


@register.filter
def download(url: str) -> str:
    """Return an address of a file that the browser saves instead of showing."""
    return f"{url}{'&' if '?' in url else '?'}download=1"


@register.simple_tag
def archived_words(row: dict[str, Any]) -> Words:
    """Return the words of an exported clip, wherever they lay."""
    if row["sealed_words"]:
        return Words(**orjson.loads(row["sealed_words"]))
    return Words(row["title"], row["caption"], row["alt"])
