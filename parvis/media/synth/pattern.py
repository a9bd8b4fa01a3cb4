"""Scenes that fill the picture: silk, a kaleidoscope, tilework, roses, ink rings, stained glass."""
# mypy: disable-error-code="no-any-return"
# NumPy's stubs lose the type in most arithmetic.

import numpy as np

from parvis.media.synth.canvas import (
    Canvas,
    Draw,
    Floats,
    Moment,
    Pixels,
    coloured,
    cycle,
    picture_of,
    ramp,
    rgb,
    wrapped,
)

SILKS = (
    ("#1d1147", "#6b2fa0", "#f15bb5", "#fee440", "#00bbf9", "#132a8a"),
    ("#0b132b", "#1c7c7d", "#73e2a7", "#fdf4c3", "#ff8552", "#7a1f4b"),
    ("#240046", "#5a189a", "#ff6d00", "#ffb703", "#fb8b9b", "#9d0b66"),
)


def silk(canvas: Canvas) -> Draw:
    """Folds of coloured cloth: a field of waves bent by waves (domain warping, after I. Quilez)."""
    small = Canvas(max(18, canvas.width // 3), max(32, canvas.height // 3), canvas.random)
    palette = cycle(SILKS[int(canvas.random.integers(len(SILKS)))])
    x, y, turn = small.x * 1.3, small.y * 1.3, float(canvas.random.uniform(0, 6))

    def draw(now: Moment) -> Pixels:
        time = np.float32(now.seconds * 0.45 + turn)
        u = x + 0.55 * np.sin(y * 1.9 + time) + 0.25 * np.sin(y * 3.7 - time * 1.3)
        v = y + 0.55 * np.sin(u * 1.7 - time * 0.8)
        fold = np.sin(u * 2.1 + 1.4 * np.sin(v * 1.6 + time)) + 0.5 * np.sin(v * 2.6 - u)
        field = canvas.enlarge(fold)
        sheen = np.diff(field, axis=1, prepend=field[:, :1]) * 55 * (canvas.width / 270)
        colours = wrapped(field * 0.22 + np.float32(now.seconds * 0.04), palette)
        bright = 1 + np.clip(sheen, -0.5, 0.6) * (0.6 + 0.6 * np.float32(now.pulse))
        return picture_of(colours * bright[..., None])

    return draw


def kaleidoscope(canvas: Canvas) -> Draw:
    """Eight mirrors over a drifting texture of petals."""
    sectors = int(canvas.random.choice([6, 8, 10]))
    wedge = 2 * np.pi / sectors
    folded = np.abs((canvas.angle % wedge) - wedge / 2)
    u, v = canvas.radius * np.cos(folded), canvas.radius * np.sin(folded)
    palette = cycle(["#10002b", "#c9184a", "#ff9e00", "#fff3b0", "#2ec4b6", "#0a4d8c"])
    grid = np.linspace(0, 2 * np.pi, 512, endpoint=False, dtype=np.float32)
    a, b = grid[None, :], grid[:, None]
    texture = np.sin(a * 2 + 2 * np.sin(b * 2)) + np.sin(b * 3 + 2 * np.cos(a)) + 0.6 * np.cos(a * 5 - b * 4)
    shade = np.clip(1.15 - canvas.radius * 0.42, 0.2, 1)[..., None]

    def draw(now: Moment) -> Pixels:
        turn, zoom = now.seconds * 0.22, 95 + 26 * np.sin(now.seconds * 0.5) - 10 * now.pulse
        c, s = np.float32(np.cos(turn) * zoom), np.float32(np.sin(turn) * zoom)
        column = (u * c - v * s + np.float32(now.seconds * 21)).astype(np.int32) & 511
        row = (u * s + v * c + np.float32(now.seconds * 13)).astype(np.int32) & 511
        return picture_of(wrapped(texture[row, column] * 0.2 + np.float32(now.seconds * 0.05), palette) * shade)

    return draw


def tilework(canvas: Canvas) -> Draw:
    """Eight-pointed stars of glazed tiles that turn against one another, a quarter on each bar."""
    side = max(8, canvas.width // 5)
    row, column = np.arange(canvas.height)[:, None], np.arange(canvas.width)[None, :]
    cell_row, cell_column = row // side, column // side
    # Six different tiles (two ways of turning, three colours) are drawn once a picture and laid by this map.
    kind = (cell_row + cell_column) % 2 * 3 + (cell_column + 2 * cell_row) % 3
    laid = (kind * side + row % side) * side + column % side
    u = (np.arange(side, dtype=np.float32)[None, :] + 0.5) / side - 0.5
    v = u.T
    tones = [rgb(colour) for colour in ("#0f4c75", "#f6e7cb", "#d1495b", "#1b9aaa", "#edae49")]

    def tiles(angle: float, pulse: float) -> Floats:
        c, s = np.float32(np.cos(angle)), np.float32(np.sin(angle))
        p, q = u * c - v * s, u * s + v * c
        square, diamond = np.maximum(np.abs(p), np.abs(q)), (np.abs(p) + np.abs(q)) * np.float32(0.7071)
        star = np.minimum(square, diamond) - np.float32(0.31 + 0.025 * pulse)
        inner = np.maximum(square, diamond) - np.float32(0.2)
        made = np.broadcast_to(tones[0], (3, side, side, 3)).copy()
        tone = np.stack(tones[2:])[:, None, None]
        for distance, colour in ((star - 0.05, tones[1]), (star, tone), (inner, tones[1]), (inner + 0.07, tone * 0.75)):
            made += (colour - made) * np.clip(0.5 - distance * side, 0, 1)[None, ..., None]
        return made.astype(np.float32)

    def draw(now: Moment) -> Pixels:
        bar, inside = divmod(now.beat / 4, 1)
        angle = (bar + inside * inside * (3 - 2 * inside)) * np.pi / 4
        six = np.concatenate([tiles(angle, now.pulse), tiles(-angle, now.pulse)]).reshape(-1, 3)
        gloss = 0.92 + 0.16 * np.sin(canvas.x * 2 + canvas.y * 1.4 - np.float32(now.seconds * 1.5))
        return picture_of(six[laid] * gloss[..., None])

    return draw


def roses(canvas: Canvas) -> Draw:
    """A flower that opens petal after petal (rose curves, Grandi 1723)."""
    palette = ramp(["#12051f", "#4a0d4f", "#b5179e", "#ff5d8f", "#ffb3c6", "#fff5e4"])
    petals = int(canvas.random.integers(5, 9))
    angle, radius = canvas.angle, canvas.radius
    depth = np.log(radius + 0.06) * np.float32(1.9)
    spiral = (angle + depth * np.float32(0.22)) * np.float32(petals / 2)
    shade = np.clip(1.3 - radius * 0.42, 0, 1)

    def draw(now: Moment) -> Pixels:
        whorl = depth - np.float32(now.seconds * 0.55)
        turn = np.float32(now.seconds * 0.5)
        # Two sets of petals, each in the gaps of the other; the nearer one hides the further one.
        light = np.zeros_like(radius)
        for half in (0.0, 0.5):
            wave = np.abs(np.cos(spiral + turn + np.float32(half * np.pi)))
            inside = (whorl + np.float32(half) - np.float32(0.62) * wave) % 1
            light = np.maximum(light, (1 - inside) ** 1.6 * (0.45 + 0.55 * wave))
        return coloured(light * shade * np.float32(0.88 + 0.2 * now.pulse), palette)

    return draw


def rings(canvas: Canvas) -> Draw:
    """Raindrops on a pond at night: each beat sends a ring from another place."""
    small = Canvas(max(18, canvas.width // 2), max(32, canvas.height // 2), canvas.random)
    palette = ramp(["#021024", "#052659", "#1f6f8b", "#5fd3bc", "#f7fff7"])
    spots = canvas.random.uniform(-0.8, 0.8, (16, 2)) * [1.0, canvas.tall]
    distances = [np.hypot(small.x - x, small.y - y).astype(np.float32) for x, y in spots]
    ripple = np.sin(small.x * 9 + 3 * np.sin(small.y * 4))

    def draw(now: Moment) -> Pixels:
        field = 0.16 + 0.05 * ripple * np.float32(np.sin(now.seconds)) - 0.05 * small.y
        for back in range(7):
            number = int(now.beat) - back
            if number < 0:
                break
            age = now.beat - number
            front = distances[number % len(distances)] - np.float32(age * 0.36)
            strength = np.float32(0.95 * np.exp(-age * 0.42))
            field = field + strength * np.exp(-(front**2) * 70) * np.cos(front * 26)
        return coloured(canvas.enlarge(field.astype(np.float32)), palette)

    return draw


def stained_glass(canvas: Canvas) -> Draw:
    """A rose window whose panes light up in turn (a Voronoi diagram, lead along its edges)."""
    count = 46
    seeds = canvas.random.uniform(-1.05, 1.05, (count, 2)) * [1.0, canvas.tall]
    for _ in range(2):
        seeds += 0.12 * _apart(seeds)
    distance = np.stack([np.hypot(canvas.x - x, canvas.y - y) for x, y in seeds]).astype(np.float32)
    order = np.argpartition(distance, 1, axis=0)
    nearest, second = (np.take_along_axis(distance, order[k : k + 1], 0)[0] for k in (0, 1))
    pane, lead = order[0], np.clip((second - nearest - 0.018) / canvas.pixel / 1.5, 0, 1)
    colours = ["#d00000", "#ffba08", "#3f88c5", "#136f63", "#8338ec", "#f48c06", "#00b4d8"]
    tones = np.stack([rgb(colours[number % len(colours)]) for number in range(count)])
    phase = canvas.random.random(count).astype(np.float32)
    grain = 0.82 + 0.3 * np.exp(-nearest * 3.2)
    cover = (lead * grain)[..., None].astype(np.float32)

    def draw(now: Moment) -> Pixels:
        light = 0.42 + 0.4 * np.sin((now.beat * 0.25 + phase) * 2 * np.pi) ** 2
        light = light + now.pulse * 0.45 * ((np.arange(count) + int(now.beat)) % 4 == 0)
        sun = 0.8 + 0.3 * np.exp(-((canvas.x + canvas.y * 0.6 - 1.6 + 3.2 * np.float32(now.share)) ** 2) * 4)
        return picture_of((tones * light[:, None].astype(np.float32))[pane] * cover * sun[..., None])

    return draw


def _apart(seeds: np.ndarray) -> Floats:
    away = seeds[:, None] - seeds[None]
    far = np.hypot(away[..., 0], away[..., 1])[..., None] + 1e-3
    return np.asarray((away / far**2 * np.exp(-far * 4)).sum(1), np.float32)
