import re

import pytest

from parvis.ui.pseudo import pseudo

LONG = "When you post a clip, it stands in the square at once."


def test_text_becomes_accented_and_bracketed() -> None:
    made = pseudo("Post a clip")
    assert made.startswith("⟦Þóšţ à ćĺíþ")
    assert made.endswith("⟧")


def test_text_becomes_about_forty_per_cent_longer() -> None:
    assert 1.3 < (len(pseudo(LONG)) - 2) / len(LONG) < 1.6


@pytest.mark.parametrize(
    "kept",
    ["%(count)s", "%s", "%d", "%%", "{creator}", '<a href="/settings/">', "</a>", "&amp;", "&#39;", "<br>"],
)
def test_placeholders_and_html_stay_as_they_are(kept: str) -> None:
    assert kept in pseudo(f"Before {kept} after")


def test_nothing_but_the_placeholders_is_left_unaccented() -> None:
    made = pseudo('Show <b class="x">%(count)s clips</b> by {creator}')
    rest = re.sub(r'<b class="x">|</b>|%\(count\)s|\{creator\}', "", made)
    assert not re.search("[a-zA-Z]", rest)


@pytest.mark.parametrize("text", ["", " ", "\n"])
def test_empty_text_stays_empty(text: str) -> None:
    assert pseudo(text) == text


def test_a_closing_line_break_stays_the_last_character() -> None:
    assert pseudo("One line\n").endswith("⟧\n")
