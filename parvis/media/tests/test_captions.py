"""Captions are strict, and come out as times and text only."""

import pytest

from parvis.media.captions import MAX_BYTES, clean_captions
from parvis.media.errors import MediaError

CUE = "00:01.000 --> 00:02.500\nHello\n"


def cleaned(text: str) -> str:
    return clean_captions(text.encode()).decode()


def test_cues_keep_their_times_and_text() -> None:
    made = cleaned(
        "\ufeffWEBVTT - title\r\nKind: captions\r\n\r\nintro\r\n00:01.000 --> 00:02.500 align:start\r\nHi\r\nyou\r\n"
    )
    assert made == "WEBVTT\n\n00:00:01.000 --> 00:00:02.500\nHi\nyou\n"


def test_cleaning_twice_changes_nothing() -> None:
    once = cleaned(f"WEBVTT\n\n{CUE}\n00:03.000 --> 00:04.000\n<v Ann>a &amp; <i>b</i></v>\n")
    assert cleaned(once) == once


def test_styles_regions_notes_and_settings_are_dropped() -> None:
    made = cleaned(f"WEBVTT\n\nSTYLE\n::cue {{ background: url(//x) }}\n\nREGION\nid:a\n\nNOTE hidden\n\n{CUE}")
    assert made == "WEBVTT\n\n00:00:01.000 --> 00:00:02.500\nHello\n"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("<script>alert(1)</script>", "alert(1)"),
        ("<img src=x onerror=y>a", "a"),
        ("a < b > c", "a &lt; b &gt; c"),
        ("Tom & Jerry &lt;3", "Tom &amp; Jerry &lt;3"),
        ("<c.red>loud</c> <00:01.500>now", "loud now"),
        ("<b><i>nested</i>", "<b><i>nested</i></b>"),
        ("<v.first Bob>hi", "<v Bob>hi</v>"),
        ("</b>stray", "stray"),
        ("a\x00\x08b", "ab"),
    ],
)
def test_only_plain_markup_survives(text: str, kept: str) -> None:
    assert cleaned(f"WEBVTT\n\n00:01.000 --> 00:02.000\n{text}\n").splitlines()[3] == kept


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"", 1),
        (b"1\n00:00:01,000 --> 00:00:02,000\nSubRip\n", 1),
        (b"WEBVTTX\n\n00:01.000 --> 00:02.000\na\n", 1),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\n\xff\xfe\n", 4),
        (b"WEBVTT\n\n00:02.000 --> 00:01.000\nreversed\n", 3),
        (b"WEBVTT\n\n00:61.000 --> 00:62.000\nno such second\n", 3),
        (b"WEBVTT\n\njust words\nand more\n", 4),
        (b"WEBVTT\n\nNOTE nothing else\n", 4),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\n" + b"x" * 700, 4),
        (b"WEBVTT\n\n" + b"a" * MAX_BYTES, 1),
    ],
)
def test_what_is_wrong_is_refused_with_its_line(data: bytes, line: int) -> None:
    with pytest.raises(MediaError) as refusal:
        clean_captions(data)
    assert (refusal.value.code, refusal.value.params) == ("bad-captions", {"line": line})
