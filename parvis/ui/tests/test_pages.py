import re

import pytest
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import translation

from parvis.ui.views import patterns

LABELLED = re.compile(r"<button[^>]*>(.*?)</button>", re.DOTALL)


def test_a_page_says_its_language_and_direction(visit: HttpRequest) -> None:
    with translation.override("fr"):
        assert '<html lang="fr" dir="ltr"' in render_to_string("ui/base.html", request=visit)
    with translation.override("ar-xb"):
        assert '<html lang="ar-xb" dir="rtl"' in render_to_string("ui/base.html", request=visit)


def test_only_the_import_map_is_inline_and_it_has_the_nonce(visit: HttpRequest) -> None:
    inline = re.findall(r"<script(?![^>]*src=)([^>]*)>", patterns(visit).content.decode())
    assert inline == [' type="importmap" nonce="n0nce"']


def test_a_visitor_is_offered_to_sign_in_and_a_person_to_create(visit: HttpRequest) -> None:
    outside = render_to_string("ui/base.html", request=visit)
    assert 'href="/sign-in"' in outside
    assert 'href="/create"' not in outside
    visit.viewer.is_signed_in, visit.viewer.handle = True, "alice"  # type: ignore[attr-defined]
    inside = render_to_string("ui/base.html", request=visit)
    assert 'href="/sign-in"' not in inside
    assert 'href="/create"' in inside
    assert 'href="/@alice"' in inside


def test_the_place_in_the_navigation_is_marked(visit: HttpRequest) -> None:
    page = render_to_string("ui/base.html", {"section": "for-you"}, request=visit)
    assert re.findall(r'href="([^"]+)" aria-current="page"', page) == ["/"]


def test_every_button_of_the_gallery_has_a_name(visit: HttpRequest) -> None:
    page = patterns(visit).content.decode()
    for button in re.finditer(r"<button([^>]*)>(.*?)</button>", page, re.DOTALL):
        words = re.sub(r"<[^>]*>", "", button[2]).strip()
        assert words or "aria-label=" in button[1], button[0]


def test_ids_are_unique_on_a_page_with_one_form(visit: HttpRequest) -> None:
    page = render_to_string(
        "feed/feed.html", {"feed": "for-you", "section": "for-you", "heading": "For You"}, request=visit
    )
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert sorted(ids) == sorted(set(ids))


def test_the_theme_of_the_cookie_is_used_and_escaped(visit: HttpRequest) -> None:
    visit.COOKIES["parvis_theme"] = 'dark"><script>'
    page = render_to_string("ui/base.html", request=visit)
    assert 'data-theme="dark&quot;&gt;&lt;script&gt;"' in page


@pytest.mark.parametrize(
    ("status", "words"), [(404, "Nothing stands here"), (403, "not open to you"), (429, "A little slower")]
)
def test_a_refusal_is_told_in_words(visit: HttpRequest, status: int, words: str) -> None:
    assert words in render_to_string("ui/refusal.html", {"status": status}, request=visit)


def test_the_feed_page_carries_the_first_slate_escaped(visit: HttpRequest) -> None:
    slate = {"slate": "s", "next": None, "clips": [{"caption": "</script><b>"}]}
    page = render_to_string("feed/feed.html", {"feed": "tag:a&b", "first_slate": slate}, request=visit)
    assert 'src="/feed/slate?feed=tag%3Aa%26b"' in page
    assert "</script><b>" not in page
    assert '<script id="first-slate" type="application/json">' in page
