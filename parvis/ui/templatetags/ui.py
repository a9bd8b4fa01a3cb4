"""Template tags every page may use: `{% load ui %}`.

{% icon "heart" %}                 a drawing beside text that says the same
{% icon "heart" label=text %}      a drawing that stands alone
{% importmap %}                    the import map, once, in the base template
{% module "feed/player" %}         load a module and announce all it needs
{% stylesheets %}                  the sheets every page has
{% css "feed/feed" %}              the sheet of one page
{% badge "inbox" %}                the number beside an entry of the navigation
{% languages as chosen %}          what the language chooser offers
{{ count|compact }}                1 234 567 -> 1.2M in the reader's language
"""

import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.numbers import format_compact_decimal
from django import template
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, get_language_info

from parvis.ui import badges, modules, sprite

register = template.Library()

CSS = Path(__file__).parent.parent / "static" / "ui" / "css"
JSON_IN_HTML = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


@register.simple_tag
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """An icon of the sprite; without `label` it is hidden from screen readers. An unknown name is an error."""
    if name not in sprite.names():
        raise template.TemplateSyntaxError(f"There is no icon named {name!r}: add it to parvis/ui/vendor.py")
    flip = mark_safe(" data-flip") if name in sprite.DIRECTIONAL else ""
    spoken = (
        format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true" focusable="false"')
    )
    address = staticfiles_storage.url(sprite.SPRITE)
    return format_html(
        '<svg class="icon{}{}" {}{}><use href="{}#{}"></use></svg>',
        " " if css else "",
        css,
        spoken,
        flip,
        address,
        name,
    )


@register.simple_tag(takes_context=True)
def importmap(context: template.Context) -> SafeString:
    """The one inline script of a page; it carries the nonce of the request's content security policy."""
    nonce = getattr(context.get("request"), "csp_nonce", "")
    text = json.dumps({"imports": modules.import_map()}, separators=(",", ":")).translate(JSON_IN_HTML)
    return format_html('<script type="importmap" nonce="{}">{}</script>', nonce, mark_safe(text))  # noqa: S308


@lru_cache(maxsize=64)
def _module_tags(name: str) -> SafeString:
    known = modules.paths()
    preloads = format_html_join(
        "\n",
        '<link rel="modulepreload" href="{}">',
        ((staticfiles_storage.url(known[needed]),) for needed in modules.needs(name)),
    )
    return format_html('{}<script type="module" src="{}"></script>', preloads, staticfiles_storage.url(known[name]))


@register.simple_tag
def module(name: str) -> SafeString:
    """Load one module by its bare name; the modules it needs are fetched beside it, not after it."""
    if settings.DEBUG:
        _module_tags.cache_clear()
    if name not in modules.paths():
        raise template.TemplateSyntaxError(f"There is no module named {name!r}")
    return _module_tags(name)


@register.simple_tag
def css(name: str) -> SafeString:
    """The style sheet `<package>/<name>.css` of one page or one feature."""
    return format_html('<link rel="stylesheet" href="{}">', staticfiles_storage.url(f"{name}.css"))


def sheets() -> list[str]:
    """The sheets of every page in layer order, as names for `css`."""
    components = sorted(f"ui/css/components/{sheet.stem}" for sheet in (CSS / "components").glob("*.css"))
    return ["ui/css/reset", "ui/css/tokens", "ui/css/base", *components, "ui/css/utilities"]


@register.simple_tag
def stylesheets() -> SafeString:
    return mark_safe("\n".join(css(name) for name in sheets()))  # noqa: S308


@register.inclusion_tag("ui/badge.html", takes_context=True)
def badge(context: template.Context, entry: str) -> dict[str, Any]:
    """The number beside an entry of the navigation; `ui/badges` says who counts."""
    request = context.get("request")
    return {"entry": entry, "count": badges.count_of(entry, request) if request else 0}


def _native_name(code: str, fallback: str) -> str:
    try:
        known = get_language_info(code)
    except KeyError:
        return fallback
    # For a code that Django does not know it answers with the language's general form.
    return str(known["name_local"]) if known["code"] == code else fallback


@register.simple_tag
def languages() -> list[dict[str, Any]]:
    """[{code, name (in its own language), chosen}] for every language this installation offers."""

    def rows() -> Iterator[dict[str, Any]]:
        for code, name in settings.LANGUAGES:
            yield {"code": code, "name": _native_name(code, str(name)), "chosen": code == get_language()}

    return list(rows())


@register.filter
def compact(count: int) -> str:
    """A count as a person would say it: 1234567 -> 1.2M, in the language of the page."""
    try:
        locale = Locale.parse((get_language() or "en").replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        locale = Locale("en")
    return str(format_compact_decimal(count, fraction_digits=1 if count >= 1000 else 0, locale=locale))
