"""Scenes of moving things: a fountain, fireworks, bouncing shapes, planets, hanging balloons."""
# mypy: disable-error-code="no-any-return"
# NumPy's stubs lose the type in most arithmetic.

import numpy as np

from parvis.media.synth.canvas import (
    Canvas,
    Draw,
    Floats,
    Moment,
    Pixels,
    Shape,
    coloured,
    glow,
    picture_of,
    ramp,
    rgb,
    skyline,
)


class Sparks:
    """Points of light that leave fading trails. `trail` is (height, width) of brightness."""

    def __init__(self, canvas: Canvas, fade: float) -> None:
        """Dark at first."""
        self.canvas = canvas
        self.fade = np.float32(fade)
        self.trail = np.zeros((canvas.height, canvas.width), np.float32)

    def step(self, x: Floats, y: Floats, light: Floats) -> Floats:
        """Fade what is there and add points at (x, y) units."""
        canvas = self.canvas
        self.trail *= self.fade
        column = ((x + 1) / canvas.pixel).astype(np.int32)
        row = (y / canvas.pixel + canvas.height / 2).astype(np.int32)
        seen = (column > 0) & (column < canvas.width - 1) & (row > 0) & (row < canvas.height - 1)
        place = row[seen] * canvas.width + column[seen]
        flat = self.trail.reshape(-1)
        for offset, share in ((0, 1.0), (1, 0.45), (-1, 0.45), (canvas.width, 0.45), (-canvas.width, 0.45)):
            np.add.at(flat, place + offset, light[seen] * np.float32(share))
        return self.trail


def fountain(canvas: Canvas) -> Draw:
    """A fountain of sparks that leaps with the beat over its own mirror."""
    count, random = 1900, canvas.random
    born = random.random(count).astype(np.float32)
    side = (random.normal(0, 0.5, count)).astype(np.float32)
    force = random.uniform(0.75, 1.1, count).astype(np.float32)
    sparks = Sparks(canvas, 0.8)
    palette = ramp(["#070a1f", "#1d2671", "#7b2ff7", "#f107a3", "#ffb86c", "#fffbe6"])
    floor = canvas.tall * 0.62
    haze = 0.2 * np.exp(-((canvas.y - floor) ** 2) * 0.9 - canvas.x**2 * 1.2) + 0.04

    def draw(now: Moment) -> Pixels:
        age = (now.seconds * 0.5 + born) % 1 * 1.9
        strength = force * np.float32(1 + 0.16 * np.sin(now.seconds * 1.3)) * np.float32(2.3 + 0.12 * now.pulse)
        x = side * age * np.float32(0.85) + np.float32(0.05 * np.sin(now.seconds))
        rise = strength * age - np.float32(1.16) * age * age
        light = np.float32(0.16 + 0.16 * now.pulse) * np.clip(1.5 - age, 0.15, 1)
        trail = sparks.step(x, np.where(rise > 0, floor - rise, floor - rise * 0.3), light)
        return coloured(1 - np.exp(-(trail + haze) * 1.6), palette)

    return draw


def fireworks(canvas: Canvas) -> Draw:
    """A burst on every second beat over the roofs; colours by turns."""
    random, each = canvas.random, 260
    back = canvas.vertical("#040414", "#0b0f33", "#1f1c4d", "#3d2a5c", "#120e22")
    canvas.stars(back, 100, 0.6)
    back[np.arange(canvas.height)[:, None] >= skyline(canvas, 0.9, 0.1, 2)] = rgb("#07060f")
    sides = random.random((64, 2)) * [1.4, 0.8] - [0.7, 0.85]
    heading, pace = random.uniform(0, 2 * np.pi, each), np.sqrt(random.random(each)) * 0.62
    lights = ("#ff4d6d", "#ffd166", "#4cc9f0", "#b388ff", "#7ae582", "#ff9f1c")
    tones = [ramp(["#000000", colour, colour, "#ffffff"]) for colour in lights]
    night = picture_of(back).astype(np.uint16)
    trails = [Sparks(canvas, 0.9) for _ in range(3)]
    dark = np.zeros(0, np.float32)

    def draw(now: Moment) -> Pixels:
        picture = night.copy()
        for slot, sparks in enumerate(trails):
            turn = int(now.beat / 2 - slot / 3 + 3)
            age = (now.beat / 2 - slot / 3 + 3) % 1 * 2.2
            x0, y0 = sides[(turn * 3 + slot) % len(sides)]
            grow = 1 - np.exp(-age * 2.6)
            x, y = x0 + np.cos(heading) * pace * grow, y0 + np.sin(heading) * pace * grow + 0.16 * age * age
            light = np.full(each, max(0.0, 0.9 - age * 0.5), np.float32)
            trail = sparks.step(x, y, light) if age < 1.8 else sparks.step(dark, dark, dark)
            picture += coloured(trail * np.float32(0.4), tones[(turn * 3 + slot) % len(tones)])
        return np.minimum(picture, 255).astype(np.uint8)

    return draw


PAPERS = (
    ("#fef6e4", "#f582ae", "#8bd3dd", "#001858", "#f3a712"),
    ("#f7ede2", "#f28482", "#84a59d", "#3d405b", "#f6bd60"),
)


def bouncing(canvas: Canvas) -> Draw:
    """Paper cut-outs that hop and squash on the beat."""
    random = canvas.random
    paper = [rgb(colour) for colour in PAPERS[int(random.integers(len(PAPERS)))]]
    rows = 5
    back = np.broadcast_to(paper[0], (canvas.height, canvas.width, 3)).astype(np.float32).copy()
    back *= (1 - 0.05 * ((canvas.x * 6 + canvas.y * 6) % 2 < 1))[..., None]
    kinds = random.integers(0, 4, (rows, 3))
    tones = random.integers(1, 5, (rows, 3))

    def draw(now: Moment) -> Pixels:
        picture = back.copy()
        for row in range(rows):
            for column in range(3):
                phase = now.beat + (0.5 if (row + column) % 2 else 0)
                hop = abs(np.sin(phase * np.pi))
                squash = 1 + 0.22 * (1 - hop) ** 3
                x = (column - 1) * 0.62
                ground = (row - 1.75) * canvas.tall * 0.38
                y = ground - 0.2 * hop
                shadow = 0.14 + 0.05 * (1 - hop)
                canvas.paint(picture, (x, ground + 0.2), 0.21, _ellipse(shadow, 0.03), paper[0] * np.float32(0.82))
                turn = 0.6 * np.sin(phase * np.pi / 2) * (1 if column % 2 else -1)
                shape = _cut_out(int(kinds[row, column]), 0.17, squash, turn)
                canvas.paint(picture, (x, y), 0.27, shape, paper[int(tones[row, column])])
        return picture_of(picture)

    return draw


def _ellipse(wide: float, tall: float) -> Shape:
    return lambda u, v: (np.hypot(u / wide, v / tall) - 1) * min(wide, tall)


def _cut_out(kind: int, size: float, squash: float, turn: float) -> Shape:
    """Circle, square, star or ring as a signed distance, turned, then squashed from above."""
    c, s = np.cos(turn), np.sin(turn)

    def shape(u: Floats, v: Floats) -> Floats:
        u, v = u / squash, v * squash
        p, q = u * c - v * s, u * s + v * c
        if kind == 0:
            return np.hypot(p, q) - size
        if kind == 1:
            return np.hypot(np.maximum(np.abs(p) - size * 0.7, 0), np.maximum(np.abs(q) - size * 0.7, 0)) - size * 0.2
        if kind == 2:
            return np.hypot(p, q) - size * (0.86 + 0.26 * np.cos(5 * np.arctan2(q, p)))
        return np.abs(np.hypot(p, q) - size * 0.72) - size * 0.3

    return shape


def planets(canvas: Canvas) -> Draw:
    """A small star with worlds on tilted paths, each round once in a whole number of bars."""
    random = canvas.random
    back = canvas.vertical("#03030f", "#0a0b2a", "#150f38", "#0a0b2a", "#03030f")
    canvas.stars(back, 320)
    haze = canvas.enlarge(random.random((9, 6)).astype(np.float32))
    back += (np.clip(haze - 0.45, 0, 1) * 90)[..., None] * rgb("#8a4fff") / 255
    paths = [0.3 + 0.17 * number for number in range(6)]
    for reach in paths:
        ring = np.abs(np.hypot(canvas.x, canvas.y / 1.5) - reach)
        back += (np.clip(1 - ring / canvas.pixel, 0, 1) * 34)[..., None]
    tones = [rgb(colour) for colour in ("#ffadad", "#9bf6ff", "#caffbf", "#ffd6a5", "#bdb2ff", "#fdffb6")]
    sizes = random.uniform(0.045, 0.1, 6)
    start = random.uniform(0, 2 * np.pi, 6)
    halo, shine = glow(int(canvas.width * 1.1), 2.6), [glow(int(canvas.width * size * 2.6)) for size in sizes]

    def draw(now: Moment) -> Pixels:
        picture = back.copy()
        canvas.add(picture, halo, 0, 0, rgb("#ff9a3c") * np.float32(0.75 + 0.35 * now.pulse))
        canvas.paint(picture, (0, 0), 0.3, lambda u, v: np.hypot(u, v) - (0.15 + 0.015 * now.pulse), rgb("#fff6d8"))
        for number, reach in enumerate(paths):
            angle = start[number] + now.beat * np.pi / (4 + 2 * number)
            x, y = float(reach * np.cos(angle)), float(reach * 1.5 * np.sin(angle))
            canvas.add(picture, shine[number], x, y, tones[number] * np.float32(0.5))
            _world(canvas, picture, (x, y), float(sizes[number]) * (1 + 0.15 * now.pulse * (number % 2)), tones[number])
        return picture_of(picture)

    return draw


def _world(canvas: Canvas, picture: Floats, at: tuple[float, float], size: float, tone: Floats) -> None:
    """A disc, lit from the middle of the picture."""
    x, y = at
    away = np.hypot(x, y) + 1e-6
    dx, dy = x / away * size * 0.45, y / away * size * 0.45
    canvas.paint(picture, (x, y), size * 1.2, lambda u, v: np.hypot(u, v) - size, tone * np.float32(0.42))
    canvas.paint(
        picture,
        (x, y),
        size * 1.2,
        lambda u, v: np.maximum(np.hypot(u, v) - size, np.hypot(u + dx, v + dy) - size * 0.86),
        tone,
    )
