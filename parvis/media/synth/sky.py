"""Scenes with a sky: the town square, lanterns, the northern lights, the sea, fireworks, neon rain, the highway."""
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


def dusk_square(canvas: Canvas) -> Draw:
    """A square at dusk: roofs, windows that light with the beat, a string of lamps, people dancing."""
    random, w, h = canvas.random, canvas.width, canvas.height
    back = canvas.vertical("#1b1b46", "#4a2f6b", "#a8496b", "#f08a4b", "#ffcf87", "#3a2a3f", "#241b2e")
    canvas.stars(back, 90, 0.3)
    rows = np.arange(h)[:, None]
    far, near = skyline(canvas, 0.66, 0.10, 2), skyline(canvas, 0.72, 0.16, 1)
    back[(rows >= far) & (rows < h * 0.76)] = rgb("#5b3557")
    body = (rows >= near) & (rows < h * 0.76)
    back[body] = rgb("#2a1d38")
    windows = [
        (int(row), int(column), float(random.random()))
        for row in range(int(h * 0.5), int(h * 0.74), max(4, h // 60))
        for column in range(3, w - 4, max(5, w // 34))
        if body[row, column] and body[row - 3, column] and random.random() < 0.5
    ]
    lamps = np.linspace(-1.05, 1.05, 12)
    soft = glow(w // 5)
    people = [
        (float(x), float(random.random()), float(0.8 + 0.5 * random.random())) for x in np.linspace(-0.9, 0.9, 13)
    ]

    def draw(now: Moment) -> Pixels:
        picture = back.copy()
        for row, column, mood in windows:
            lit = 0.35 + 0.65 * ((now.beat * 0.25 + mood) % 1 < 0.6) * (0.6 + 0.4 * now.pulse)
            picture[row : row + h // 110 + 1, column : column + w // 90 + 1] = rgb("#ffd27a") * lit
        for number, x in enumerate(lamps):
            y = -0.12 + 0.28 * (1 - x * x) + 0.015 * np.sin(now.seconds * 1.7 + number)
            warm = 0.55 + 0.45 * now.pulse * (number % 2 == int(now.beat) % 2)
            canvas.add(picture, soft, float(x), float(y), rgb("#ffb347") * np.float32(warm))
            canvas.paint(picture, (float(x), float(y)), 0.05, _disc(0.025), rgb("#fff1c9"))
        for x, phase, tall in people:
            hop = abs(np.sin((now.beat + phase * 0.15) * np.pi)) * 0.07
            _person(canvas, picture, x, canvas.tall * (0.62 + 0.25 * phase) - hop, 0.2 * tall)
        return picture_of(picture)

    return draw


def _disc(radius: float) -> Shape:
    return lambda x, y: np.hypot(x, y) - radius


def _person(canvas: Canvas, picture: Floats, x: float, y: float, size: float) -> None:
    ink = rgb("#150f1f")
    canvas.paint(picture, (x, y - size * 0.95), size * 0.3, _disc(size * 0.22), ink)
    canvas.paint(
        picture, (x, y), size * 1.2, lambda u, v: np.hypot(u, np.maximum(np.abs(v) - size * 0.5, 0)) - size * 0.24, ink
    )


def lanterns(canvas: Canvas) -> Draw:
    """Paper lanterns rise over a river valley, swelling a little with every beat."""
    random = canvas.random
    back = canvas.vertical("#05071f", "#0d1440", "#272a66", "#58407c", "#a0567f", "#2a2346", "#0b0a1e")
    canvas.stars(back, 200, 0.6)
    hills = canvas.tall * 0.55 + 0.1 * np.sin(canvas.x * 3.1 + 1) + 0.05 * np.sin(canvas.x * 7.7)
    back[canvas.y > hills] = rgb("#0b0a22")
    count = 26
    depth = np.sort(random.random(count) ** 1.5) * 0.85 + 0.15
    start = random.random((count, 2))
    sizes = [glow(max(8, int(canvas.width * 0.5 * near)), 3.0) for near in depth]

    def draw(now: Moment) -> Pixels:
        picture = back.copy()
        span = 2 * canvas.tall + 0.6
        for number in range(count):
            near = float(depth[number])
            y = canvas.tall + 0.3 - (start[number, 1] * span + now.seconds * 0.28 * near) % span
            x = start[number, 0] * 2.2 - 1.1 + 0.06 * np.sin(now.seconds * 0.9 + number)
            warm = np.float32(near * (0.75 + 0.25 * now.pulse))
            canvas.add(picture, sizes[number], float(x), float(y), rgb("#ff8a2b") * warm)
            size = 0.085 * near

            def paper(u: Floats, v: Floats, size: float = size) -> Floats:
                return np.maximum(np.abs(u) - size * (1 - v / size * 0.18), np.abs(v) - size * 1.35) - size * 0.1

            body = rgb("#ffb35c") * (0.45 + 0.55 * near) + 30 * np.float32(now.pulse)
            canvas.paint(picture, (float(x), float(y)), size * 1.7, paper, body)
            canvas.add(picture, sizes[number][::3, ::3], float(x), float(y + size * 0.7), rgb("#ffe9b0") * warm)
        return picture_of(picture)

    return draw


def aurora(canvas: Canvas) -> Draw:
    """Northern lights over mountains and a lake that mirrors them."""
    small = Canvas(max(16, canvas.width // 5), max(24, canvas.height // 5), canvas.random)
    shore = int(small.height * 0.7)
    x, y = small.x * 3, np.linspace(0, 1, shore, dtype=np.float32)[:, None]
    palette = ramp(["#0a1533", "#0b2f4d", "#0f6e68", "#1fcf8e", "#a8f7b0", "#efffe0"])
    violet = rgb("#7a35c8")
    tops = skyline(Canvas(canvas.width, canvas.height, canvas.random), 0.68, 0.02, 0)
    peaks = (
        canvas.height
        * 0.7
        * (1 - 0.13 * np.abs(np.sin(canvas.x[0] * 2.3 + 1)) - 0.07 * np.abs(np.sin(canvas.x[0] * 5.9)))
    )
    ground = np.arange(canvas.height)[:, None]
    land = (ground > np.minimum(tops, peaks)) & (ground < canvas.height * 0.7)
    shade = np.clip((ground - peaks)[..., None] / canvas.height, 0, 0.2) * rgb("#3f6f9f")
    stars = np.zeros((canvas.height, canvas.width, 3), np.float32)
    canvas.stars(stars, 160, 0.5)

    def curtain(now: Moment, shift: float) -> Floats:
        bend = 0.46 + 0.16 * np.sin(x * 0.8 + now.seconds * 0.35 + shift) + 0.07 * np.sin(x * 2.3 - now.seconds * 0.6)
        rays = (
            0.55
            + 0.3 * np.sin(x * 9 + 2 * np.sin(x * 3 + now.seconds * 0.5) + shift)
            + 0.15 * np.sin(x * 23 - now.seconds)
        )
        above = bend - y
        return rays * np.where(above > 0, np.exp(-above * 5.5), np.exp(above * 26))

    def draw(now: Moment) -> Pixels:
        light = curtain(now, 0.0) + 0.7 * curtain(now, 2.1)
        light *= 0.62 + 0.25 * np.float32(now.pulse)
        whole = np.zeros((small.height, small.width), np.float32)
        whole[:shore] = light
        mirror = light[::-1][int(shore * 0.3) :][: small.height - shore] * 0.55
        whole[shore : shore + len(mirror)] = mirror * (
            0.85 + 0.15 * np.sin(np.arange(len(mirror))[:, None] * 1.9 + now.seconds * 5)
        )
        field = canvas.enlarge(whole)
        picture = coloured(field, palette).astype(np.float32) + stars
        picture += (np.clip(field, 0, 1) * np.clip(-canvas.y * 0.9, 0, 1))[..., None] * violet
        picture[land] = rgb("#050a1a") + shade[land]
        return picture_of(picture)

    return draw


def sea(canvas: Canvas) -> Draw:
    """A low sun over eight rows of waves."""
    warm = canvas.vertical("#2b1a52", "#7b2f6f", "#e0566a", "#ff9f5a", "#ffe08a", "#ffe08a", "#ffe08a", "#ffe08a")
    sun = glow(int(canvas.width * 1.5), 3.2)
    tones = ramp(["#f58a6a", "#c94f6d", "#7d3c7c", "#42337a", "#1e2a63", "#0b1d45"], 9).astype(np.float32)
    speeds = canvas.random.uniform(0.5, 1.3, 8) * canvas.random.choice([-1, 1], 8)
    waves = canvas.random.uniform(2.2, 4.2, 8)

    def draw(now: Moment) -> Pixels:
        picture = warm.copy()
        low = -0.18 + 0.25 * now.share
        canvas.add(picture, sun, 0.15, low, rgb("#ffb066") * np.float32(0.9))
        canvas.paint(picture, (0.15, low), 0.36, _disc(0.3 + 0.02 * now.pulse), rgb("#fff4d0"))
        for row in range(8):
            phase = now.seconds * speeds[row] * 1.6
            height = 0.05 + 0.012 * row
            top = 0.12 + canvas.tall * 0.108 * row - 0.02 * now.pulse * (row % 2)
            line = (
                top
                + height * np.sin(canvas.x * waves[row] + phase)
                + height * 0.4 * np.sin(canvas.x * waves[row] * 2.3 - phase)
            )
            first, last = (int(edge / canvas.pixel + canvas.height / 2) for edge in (line.min(), line.max() + 0.12))
            strip = slice(max(0, first - 1), max(0, last + 1))
            depth = canvas.y[strip] - line
            cover = np.clip(depth / canvas.pixel + 0.5, 0, 1)[..., None]
            crest = np.exp(-np.abs(depth) * 40)[..., None] * 60
            picture[strip] += (tones[row + 1] + crest - picture[strip]) * cover
            picture[strip.stop :] = tones[row + 1]
        return picture_of(picture)

    return draw


def neon_rain(canvas: Canvas) -> Draw:
    """Rain in a city of lit signs, mirrored in the wet street."""
    random, w, h = canvas.random, canvas.width, canvas.height
    street = int(h * 0.68)
    back = canvas.vertical("#070718", "#15123a", "#3a1a5e", "#6a1f68", "#0a0a1c")
    rows = np.arange(h)[:, None]
    back[(rows >= skyline(canvas, 0.68, 0.28, 3)) & (rows < street)] = rgb("#0c0b20")
    signs = []
    colours = ("#ff2e88", "#21e6ff", "#ffe14d", "#8c5bff", "#39ff9c", "#ff6b35")
    for number in range(9):
        x, y = (number % 3 - 1) * 0.62, (number // 3 - 1) * 0.52 - 0.22
        jitter = random.uniform(-0.1, 0.1, 2)
        size = random.uniform(0.07, 0.17), random.uniform(0.08, 0.2)
        tone = rgb(colours[int(random.integers(len(colours)))])
        signs.append((tone, x + float(jitter[0]), y + float(jitter[1]), float(size[0]), float(size[1])))
    soft = glow(w // 2, 2.4)
    columns = np.flatnonzero(random.random(w) < 0.3)
    speed, offset = random.uniform(1.1, 2.2, columns.size), random.random(columns.size)
    down = np.linspace(0, 1.45, h, dtype=np.float32)[:, None]
    below = np.arange(h - street)
    source = (street - (below * 1.6).astype(int) - 1).clip(0)

    def draw(now: Moment) -> Pixels:
        picture = back.copy()
        for number, (colour, x, y, wide, tall) in enumerate(signs):
            lit = np.float32(0.4 + 0.6 * (now.pulse if number % 4 == int(now.beat) % 4 else 0.25))
            canvas.add(picture, soft, x, y, colour * lit * np.float32(0.5))

            def frame(u: Floats, v: Floats, wide: float = wide, tall: float = tall) -> Floats:
                return np.abs(np.maximum(np.abs(u) - wide, np.abs(v) - tall)) - 0.014

            canvas.paint(picture, (x, y), tall + wide, frame, np.minimum(colour * (0.5 + lit), 255))
        shake = (np.sin(below * 0.9 + now.seconds * 7) * 3).astype(int)
        across = (np.arange(w)[None, :] + shake[:, None]) % w
        picture[street:] = picture[source[:, None], across] * np.float32(0.42) + rgb("#070716") * np.float32(0.5)
        streak = (down - (speed * now.seconds - offset).astype(np.float32)) % 1
        picture[:, columns] += np.clip(streak - 0.9, 0, 1)[..., None] * rgb("#8fb8ff") * np.float32(3.2)
        return picture_of(picture)

    return draw


def night_drive(canvas: Canvas) -> Draw:
    """A striped sun, hills, and a grid of light that runs towards the viewer on the beat."""
    w, h = canvas.width, canvas.height
    edge = int(h * 0.56)
    back = canvas.vertical("#0b0726", "#24105a", "#6b1a86", "#d1367f", "#ff8a5c")
    canvas.stars(back, 120, 0.4)
    depth = (np.arange(h - edge, dtype=np.float32)[:, None] + 1.5) / (h - edge)
    far, fade = 0.55 / depth, np.clip(depth * 1.6, 0.12, 1)
    across = np.abs(((canvas.x * 2.2 / depth) + 0.5) % 1 - 0.5) * depth
    upright = np.exp(-(across**2) * 2600)
    floor = ramp(["#0a0422", "#3a0f6e", "#ff2fa0", "#ffd0f0"])
    stripes = np.arange(h)[:, None] / h
    hills = edge - np.abs(np.sin(canvas.x[0] * 2.1) * 0.05 + np.sin(canvas.x[0] * 5.3 + 1) * 0.03) * h
    ridge = (np.arange(h)[:, None] > hills) & (np.arange(h)[:, None] < edge)
    sun_tones = canvas.vertical("#fff27a", "#fff27a", "#ffb35c", "#ff4f9a", "#ff4f9a")
    halo = glow(int(w * 1.6), 3)

    def draw(now: Moment) -> Pixels:
        picture = back.copy()
        y = canvas.tall * -0.12
        canvas.add(picture, halo, 0, y, rgb("#ff6a8a") * np.float32(0.4 + 0.25 * now.pulse))
        disc = np.clip((0.52 - np.hypot(canvas.x, canvas.y - y)) / canvas.pixel, 0, 1)
        gaps = ((stripes * 34 + now.seconds * 0.5) % 1) > np.clip((stripes - 0.36) * 4.2, 0, 0.75)
        disc = disc * gaps
        picture += (sun_tones - picture) * disc[..., None]
        picture[ridge] = rgb("#1a0a3f")
        run = np.abs((far - now.beat * 0.5) % 1 - 0.5) * depth * 1.9
        level = np.exp(-(run**2) * 1500) + upright
        picture[edge:] = coloured(level * fade * np.float32(0.62 + 0.38 * now.pulse), floor)
        return picture_of(picture)

    return draw
