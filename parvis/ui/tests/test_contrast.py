"""WCAG 2.2 contrast of every pair of tokens that meets on a page, in both themes, from the tokens themselves."""

import re

import pytest

from parvis.ui.templatetags.ui import CSS

TEXT, PART = 4.5, 3.0
TOKENS = dict(re.findall(r"--color-([a-z-]+):\s*([^;]+);", (CSS / "tokens.css").read_text()))
PAGE = ("bg", "surface", "raised", "sunken", "hover")
PAIRS = [
    *(("text", under, TEXT) for under in (*PAGE, "accent-soft", "danger-soft", "success-soft")),
    *(("muted", under, TEXT) for under in PAGE),
    *(("accent-text", under, TEXT) for under in ("bg", "surface", "raised", "hover", "accent-soft")),
    *(("on-accent", under, TEXT) for under in ("accent", "accent-hover", "lantern")),
    *(("danger", under, TEXT) for under in ("bg", "surface", "raised", "danger-soft")),
    *(("success", under, TEXT) for under in ("bg", "surface", "raised", "success-soft")),
    ("on-danger", "danger-fill", TEXT),
    ("bg", "text", TEXT),
    *((over, under, TEXT) for over in ("on-film", "on-film-muted", "lantern") for under in ("film", "film-raised")),
    *(("line-strong", under, PART) for under in ("bg", "surface", "raised")),
    *(("focus", under, PART) for under in PAGE),
]


def colour(name: str, theme: str) -> tuple[float, float, float]:
    value = TOKENS[name]
    both = re.fullmatch(r"light-dark\((#\w{6}), (#\w{6})\)", value)
    chosen = both[1 if theme == "light" else 2] if both else value
    red, green, blue = (int(chosen[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def luminance(rgb: tuple[float, float, float]) -> float:
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(over: str, under: str, theme: str) -> float:
    darker, lighter = sorted(luminance(colour(name, theme)) for name in (over, under))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("over", "under", "least"), PAIRS)
def test_what_is_read_stands_out_from_what_is_under_it(over: str, under: str, least: float, theme: str) -> None:
    assert contrast(over, under, theme) >= least


def test_the_measure_knows_black_on_white() -> None:
    assert luminance((1.0, 1.0, 1.0)) == pytest.approx(1.0)
    assert (luminance((1.0, 1.0, 1.0)) + 0.05) / (luminance((0.0, 0.0, 0.0)) + 0.05) == pytest.approx(21.0)
