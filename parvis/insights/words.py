"""Figures in words."""

from typing import Any

from django.utils.translation import gettext_lazy, pgettext_lazy

from parvis.insights.counting import ELSEWHERE

SOURCES: dict[str, Any] = {
    "for-you": pgettext_lazy("where a clip was seen", "For You"),
    "following": pgettext_lazy("where a clip was seen", "Following"),
    "tag": pgettext_lazy("where a clip was seen", "The clips of a tag"),
    "profile": pgettext_lazy("where a clip was seen", "Your own page"),
    "link": pgettext_lazy("where a clip was seen", "Its link: shared, sent or found"),
    ELSEWHERE: pgettext_lazy("where a clip was seen", "Elsewhere"),
}
REST = gettext_lazy("Other countries")
