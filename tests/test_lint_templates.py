"""Our own rules for templates and styles: a strict content policy, translatable text, both directions of writing."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from tests.test_architecture import ROOT, tracked

Found = Iterator[tuple[int, str]]

TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)
COMMENT = re.compile(r"\{%\s*comment.*?endcomment\s*%\}|<!--.*?-->", re.DOTALL)
BLOCK_TEXT = re.compile(r"\{%\s*blocktrans(?:late)?\b.*?endblocktrans(?:late)?\s*%\}", re.DOTALL)
UNSPOKEN = re.compile(r"<(script|style|textarea|code|pre)\b[^>]*>.*?</\1>", re.DOTALL)
CLASS_BLOCK = re.compile(r"\{%\s*block body_class\s*%\}.*?\{%\s*endblock\s*%\}")
ELEMENT = re.compile(r"<[^>]*>")
ATTRIBUTE = re.compile(r"""\b(title|alt|placeholder|aria-label|aria-description)=(["'])(.*?)\2""", re.DOTALL)
LETTERS = re.compile(r"[^\W\d_]{2,}")
# Names are the same in every language; so are what a format or a unit is called.
NAMES = re.compile(r"\b(Parvis|TOTP|WebVTT|MP4|oEmbed|JSON|RSS)\b")
PHYSICAL = re.compile(
    r"(?<![\w-])(?:(?:margin|padding|border)-(?:left|right|top|bottom)\b(?:-(?:width|style|color))?|(?:left|right)|"
    r"border-(?:top|bottom)-(?:left|right)-radius|(?:min-|max-)?(?:scroll-)?(?:margin|padding)-(?:left|right))\s*:"
    r"|(?:text-align|float|clear)\s*:\s*(?:left|right)\b"
)
RAW_COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsla?\(|\boklch\(")


def blank(pattern: re.Pattern[str], text: str, by: str = "") -> str:
    """Take out what a pattern finds, and keep the lines."""
    return pattern.sub(lambda found: by + "\n" * found[0].count("\n"), text)


def each(pattern: str, text: str, why: str) -> Found:
    for found in re.finditer(pattern, text, re.IGNORECASE):
        yield text.count("\n", 0, found.start()) + 1, why


def nothing_inline(text: str) -> Found:
    """The content policy forbids it: it would not run, or would need a hole."""
    text = blank(COMMENT, text)
    yield from each(r"<[^>{]*\sstyle=", text, "inline style: give it a class")
    yield from each(r"<style\b", text, "inline style sheet")
    yield from each(r"<[a-z][^>]*\son[a-z]+=", text, "inline handler: a module listens")
    yield from each(r"javascript:", text, "script in an address")
    for found in re.finditer(r"<script\b[^>]*>", text):
        if "src=" not in found[0] and "nonce=" not in found[0] and "application/ld+json" not in found[0]:
            yield text.count("\n", 0, found.start()) + 1, "inline script without the page's nonce"


def nothing_unescaped(text: str) -> Found:
    """What people wrote is escaped, always."""
    yield from each(
        r"\|\s*safe\b|\bautoescape\s+off|\|\s*urlize", text, "never unescaped, and links in words are inert"
    )


def nothing_from_elsewhere(text: str) -> Found:
    """A page needs no other site."""
    yield from each(
        r"<(?:script|link|img|video|iframe)\b[^>]*(?:src|href)=[\"'](?:https?:)?//", text, "from another site"
    )


def no_bare_text(text: str) -> Found:
    """Text that a reader sees goes through translate: also in attributes."""
    for pattern in (COMMENT, BLOCK_TEXT, UNSPOKEN, CLASS_BLOCK):
        text = blank(pattern, text)
    # A tag may hold quotes and angle brackets of its own, so tags go first; what they say counts as no text.
    text = blank(TAG, text)
    for found in ATTRIBUTE.finditer(text):
        if LETTERS.search(NAMES.sub("", found[3])):
            yield text.count("\n", 0, found.start()) + 1, f"{found[1]} is not translated: {found[3].strip()!r}"
    text = re.sub(r"&\w+;", "", blank(ELEMENT, text, " "))
    for number, line in enumerate(text.splitlines(), 1):
        if LETTERS.search(NAMES.sub("", line)):
            yield number, f"text is not translated: {line.strip()!r}"


def logical_only(text: str) -> Found:
    """Right-to-left is then free."""
    text = re.sub(r"/\*.*?\*/", lambda found: "\n" * found[0].count("\n"), text, flags=re.DOTALL)
    for found in PHYSICAL.finditer(text):
        yield text.count("\n", 0, found.start()) + 1, f"use the logical property instead of {found[0]!r}"


def colours_are_tokens(text: str) -> Found:
    """Light and dark are two sets of tokens, in one file."""
    text = re.sub(r"/\*.*?\*/|url\([^)]*\)", lambda found: "\n" * found[0].count("\n"), text, flags=re.DOTALL)
    for found in RAW_COLOUR.finditer(text):
        yield text.count("\n", 0, found.start()) + 1, f"{found[0]} belongs into tokens.css"


@dataclass(frozen=True)
class Rule:
    """A rule for files of one kind, with what it must find and what it must leave alone."""

    look: Callable[[str], Found]
    suffix: str
    bad: tuple[str, ...]
    good: tuple[str, ...]
    except_for: str = "no such file"


RULES = (
    Rule(
        nothing_inline,
        ".html",
        ('<p style="a">', "<style>", '<a onclick="x()">', '<a href="javascript:x">', "<script>x()</script>"),
        (
            '<p class="a">',
            '<script type="importmap" nonce="{{ n }}">',
            '<a data-on="x" href="/">',
            '<p data-style="x">',
        ),
        except_for="letters/_style",  # mail knows no content policy, and fetches no style sheet
    ),
    Rule(
        nothing_unescaped,
        ".html",
        ("{{ a|safe }}", "{% autoescape off %}", "{{ a|urlize }}"),
        ("{{ a }}", "{{ a|escape }}"),
    ),
    Rule(
        nothing_from_elsewhere,
        ".html",
        ('<script src="https://cdn.example/x.js">', '<img src="//x.example/a.png">'),
        ('<img src="/a.png">', '<a href="https://x.example">'),
    ),
    Rule(
        no_bare_text,
        ".html",
        (
            "<p>Hello</p>",
            '<img alt="A cat">',
            "<b>{{ n }} clips</b>",
            '<a aria-label="Close">',
            "{% if a %}Yes{% endif %}",
        ),
        (
            '<p>{% translate "Hello" %}</p>',
            "{% blocktranslate %}A {{ b }} c{% endblocktranslate %}",
            '<img alt="{{ clip.alt }}"> · 12',
            "<a aria-label=\"{% translate 'Close' %}\">×</a> Parvis",
            "{% comment %}Context: form{% endcomment %}",
            "{% block body_class %}feed-page{% endblock %}",
        ),
        except_for="/_patterns",  # samples of other scripts, in the gallery for developers
    ),
    Rule(
        logical_only,
        ".css",
        ("a { margin-left: 1px }", "a { left: 0 }", "a { text-align: right }", "a { padding-top: 1px }"),
        (
            "a { margin-inline-start: 1px; inset-inline-end: 0; text-align: start }",
            "/* left: 0 */",
            "a { background: left }",
        ),
    ),
    Rule(
        colours_are_tokens,
        ".css",
        ("a { color: #fff }", "a { color: rgb(0 0 0 / 50%) }"),
        ("a { color: var(--color-ink) }", "a { fill: url(#a) }"),
        except_for="tokens.css",
    ),
)


def name_of(rule: Rule) -> str:
    return rule.look.__name__


@pytest.mark.parametrize("rule", RULES, ids=name_of)
def test_the_files_keep_the_rule(rule):
    found = []
    for path in tracked(rule.suffix):
        name = path.relative_to(ROOT).as_posix()
        if name.startswith("parvis/") and rule.except_for not in name:
            found += [f"{name}:{line}: {why}" for line, why in rule.look(path.read_text(encoding="utf-8"))]
    assert found == []


@pytest.mark.parametrize(("rule", "sample"), [(rule, bad) for rule in RULES for bad in rule.bad])
def test_a_bad_sample_is_found(rule, sample):
    assert len(list(rule.look(sample))) == 1


@pytest.mark.parametrize(("rule", "sample"), [(rule, good) for rule in RULES for good in rule.good])
def test_a_good_sample_is_left_alone(rule, sample):
    assert list(rule.look(sample)) == []
