import json
import re

import pytest
from django.http import HttpRequest
from django.template import Context, Template, TemplateSyntaxError
from django.utils import translation

from parvis.ui import modules, sprite
from parvis.ui.vendor import ICONS


def render(source: str, /, **context: object) -> str:
    return Template("{% load ui %}" + source).render(Context(context))


def test_an_icon_beside_text_is_hidden_from_screen_readers() -> None:
    drawn = render('{% icon "heart" %}')
    assert 'aria-hidden="true"' in drawn
    assert '<use href="/static/ui/vendor/icons.svg#heart">' in drawn


def test_an_icon_alone_says_its_label_escaped() -> None:
    drawn = render('{% icon "heart" label=text %}', text='5 "likes" & more')
    assert 'role="img" aria-label="5 &quot;likes&quot; &amp; more"' in drawn
    assert "aria-hidden" not in drawn


def test_icons_that_point_along_the_line_are_mirrored_in_right_to_left_pages() -> None:
    assert "data-flip" in render('{% icon "arrow-left" %}')
    assert "data-flip" not in render('{% icon "chevron-up" %}')


def test_an_unknown_icon_is_an_error() -> None:
    with pytest.raises(TemplateSyntaxError, match="no icon named 'herat'"):
        render('{% icon "herat" %}')


def test_the_sprite_holds_exactly_the_icons_that_are_listed() -> None:
    assert sprite.names() == set(ICONS)
    assert sprite.names() >= sprite.DIRECTIONAL


def test_the_import_map_carries_the_nonce_and_names_every_module(visit: HttpRequest) -> None:
    written = render("{% importmap %}", request=visit)
    found = re.fullmatch(r'<script type="importmap" nonce="n0nce">(.*)</script>', written)
    assert found
    imports = json.loads(found[1])["imports"]
    assert imports["ui/http"] == "/static/ui/http.js"
    assert imports["feed/player"] == "/static/feed/player.js"
    assert imports["tus-js-client"] == "/static/ui/vendor/tus-js-client.js"
    assert not [name for name in imports if name.startswith(("admin/", "ui/vendor"))]


def test_a_module_is_loaded_with_all_that_it_needs() -> None:
    written = render('{% module "feed/player" %}')
    assert '<script type="module" src="/static/feed/player.js"></script>' in written
    for needed in ("feed/deck", "feed/film", "feed/quality", "ui/http"):
        assert f'<link rel="modulepreload" href="/static/{needed}.js">' in written
    assert written.count("/static/feed/player.js") == 1


def test_an_unknown_module_is_an_error() -> None:
    with pytest.raises(TemplateSyntaxError, match="no module named 'feed/plyer'"):
        render('{% module "feed/plyer" %}')


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ('import "ui/dialogs";', ["ui/dialogs"]),
        ('import { a, b } from "ui/http";\nimport c from "d";', ["ui/http", "d"]),
        ('import {\n  a,\n  b,\n} from "ui/http";', ["ui/http"]),
        ('export { a } from "ui/a";', ["ui/a"]),
        ('const a = "import";\nexport function f(x = "y") {}', []),
    ],
)
def test_static_imports_are_read_from_the_text_of_a_module(source: str, names: list[str]) -> None:
    assert modules.imports_of(source) == names


def test_the_reset_comes_first_and_the_utilities_last() -> None:
    sheets = re.findall(r'href="/static/([^"]+)\.css"', render("{% stylesheets %}"))
    assert sheets[:3] == ["ui/css/reset", "ui/css/tokens", "ui/css/base"]
    assert sheets[-1] == "ui/css/utilities"
    assert "ui/css/components/button" in sheets


@pytest.mark.parametrize(
    ("language", "count", "said"),
    [("en", 0, "0"), ("en", 999, "999"), ("en", 1234567, "1.2M"), ("fr", 1234567, "1,2\xa0M"), ("ar-xb", 7, "7")],
)
def test_counts_are_said_in_the_language_of_the_page(language: str, count: int, said: str) -> None:
    with translation.override(language):
        assert render("{{ count|compact }}", count=count) == said


def test_languages_are_named_in_themselves(settings: object) -> None:
    settings.LANGUAGES = [("en", "English"), ("fr", "French"), ("en-xr", "Stretched")]  # type: ignore[attr-defined]
    with translation.override("fr"):
        chosen = render(
            "{% languages as all %}"
            "{% for one in all %}{{ one.code }}={{ one.name }}{% if one.chosen %}*{% endif %} {% endfor %}"
        )
    assert chosen == "en=English fr=français* en-xr=Stretched "
