"""Plots as SVG within the page: no script, colours by class, so that light and dark are the page's affair."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDE, HIGH = 640, 300
LEFT, RIGHT, TOP, BOTTOM = 56, 40, 16, 44


@dataclass(frozen=True)
class Line:
    """One series: a name and one value per place on the x axis, each with the interval around it if it has one."""

    name: str
    values: Sequence[float]
    bounds: Sequence[tuple[float, float]] = ()


def lines(title: str, places: Sequence[str], series: Sequence[Line], *, x: str, y: str) -> str:
    """Return a plot of values over named places, evenly spaced."""
    top = _round_up(max([max(one.values) for one in series], default=1.0))
    step = (WIDE - LEFT - RIGHT) / max(len(places) - 1, 1)
    at = [LEFT + step * place for place in range(len(places))]
    if len(places) == 1:
        at = [LEFT + (WIDE - LEFT - RIGHT) / 2]
    body = [_grid(top), _across(at, places, x, y)]
    for number, one in enumerate(series):
        points = [(left, _y(value, top)) for left, value in zip(at, one.values, strict=True)]
        path = "M" + " L".join(f"{left:.1f} {high:.1f}" for left, high in points)
        marks = "".join(_mark(number, left, high) for left, high in points)
        body.append(f'<g class="series-{number}"><path class="line" d="{path}"/>{marks}</g>')
    return _figure(title, "".join(body), [one.name for one in series])


def bars(title: str, groups: Sequence[str], series: Sequence[Line], *, y: str) -> str:
    """Return grouped bars with the interval of each drawn over it."""
    top = _round_up(max([high for one in series for _low, high in one.bounds], default=1.0))
    room = (WIDE - LEFT - RIGHT) / max(len(groups), 1)
    wide = room * 0.8 / max(len(series), 1)
    middles = [LEFT + room * (place + 0.5) for place in range(len(groups))]
    body = [_grid(top), _across(middles, groups, "", y)]
    for number, one in enumerate(series):
        parts = []
        for middle, value, (low, high) in zip(middles, one.values, one.bounds, strict=True):
            left = middle + (number - len(series) / 2) * wide
            over, centre = _y(value, top), left + wide / 2
            parts.append(
                f'<rect x="{left + 2:.1f}" y="{over:.1f}" width="{wide - 4:.1f}" '
                f'height="{HIGH - BOTTOM - over:.1f}" rx="2"/>'
                f'<path class="bound" d="M{centre:.1f} {_y(low, top):.1f}V{_y(high, top):.1f}"/>'
            )
        body.append(f'<g class="series-{number}">{"".join(parts)}</g>')
    return _figure(title, "".join(body), [one.name for one in series])


def _figure(title: str, body: str, names: Sequence[str]) -> str:
    key = "".join(
        f'<li class="series-{number}"><svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">'
        f"{_mark(number, 6, 6)}</svg>{escape(name)}</li>"
        for number, name in enumerate(names)
    )
    return (
        f'<figure><figcaption>{escape(title)}</figcaption><div class="plot" tabindex="0">'
        f'<svg viewBox="0 0 {WIDE} {HIGH}" '
        'role="img" '
        f'aria-label="{escape(title)}: the numbers are in the table">{body}</svg></div><ul '
        f'class="key">{key}</ul></figure>'
    )


def _grid(top: float) -> str:
    rows = []
    for tick in range(5):
        value = top * tick / 4
        high = _y(value, top)
        rows.append(f'<path class="grid" d="M{LEFT} {high:.1f}H{WIDE - RIGHT}"/>'
                    f'<text class="tick end" x="{LEFT - 8}" y="{high + 4:.1f}">{value:.3g}</text>')  # fmt: skip
    return "".join(rows)


def _across(at: Sequence[float], names: Sequence[str], x: str, y: str) -> str:
    low = HIGH - BOTTOM + 18
    ticks = "".join(
        f'<text class="tick middle" x="{left:.1f}" y="{low}">{escape(name)}</text>'
        for left, name in zip(at, names, strict=True)
    )
    return (
        f'{ticks}<text class="name middle" x="{(LEFT + WIDE - RIGHT) / 2}" y="{HIGH - 6}">{escape(x)}</text>'
        f'<text class="name middle" transform="translate(12 {(TOP + HIGH - BOTTOM) / 2}) '
        f'rotate(-90)">{escape(y)}</text>'
    )


def _y(value: float, top: float) -> float:
    return HIGH - BOTTOM - (HIGH - TOP - BOTTOM) * value / top


def _mark(number: int, x: float, y: float) -> str:
    """Each series has a shape of its own, for who does not tell the colours apart."""
    shapes = (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4"/>',
        f'<rect x="{x - 4:.1f}" y="{y - 4:.1f}" width="8" height="8"/>',
        f'<path d="M{x:.1f} {y - 5:.1f}l5 9h-10z"/>',
        f'<path d="M{x:.1f} {y - 5.5:.1f}l5.5 5.5l-5.5 5.5l-5.5 -5.5z"/>',
    )
    return shapes[number % len(shapes)]


def _round_up(value: float) -> float:
    """Return the next number above a value that four steps divide well."""
    if value <= 0:
        return 1.0
    power = 1.0
    while power > value:
        power /= 10
    while power * 10 <= value:
        power *= 10
    return next(
        step * power for step in (1, 1.2, 1.6, 2, 2.4, 3.2, 4, 6, 8, 10) if step * power >= value * 1.02 or step == 10
    )
