"""The page of an evaluation: one file that needs no network and no script."""

import os
import tempfile
from datetime import UTC, datetime
from html import escape
from pathlib import Path

from parvis.recommender.offline.logs import Log
from parvis.recommender.offline.models import NAMES, RIDGE_CLIPS
from parvis.recommender.offline.plots import Line, bars, lines
from parvis.recommender.offline.protocols import CURVE, Figure, Foretold, LeftOut, Row

STYLE = "".join((Path(__file__).parent / name).read_text(encoding="utf-8") for name in ("tokens.css", "page.css"))
HALF_LIFE = {float("inf"): "does not fade"}


def write(folder: Path, log: Log, left_out: LeftOut, foretold: Foretold | None) -> Path:
    """Write `evaluation.html` into a folder, which is made if need be; an older one is replaced in one step."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "evaluation.html"
    with tempfile.NamedTemporaryFile("w", dir=folder, suffix=".part", encoding="utf-8", delete=False) as file:
        file.write(page(log, left_out, foretold))
    Path(file.name).chmod(0o666 & ~_umask())
    Path(file.name).replace(path)
    return path


def page(log: Log, left_out: LeftOut, foretold: Foretold | None) -> str:
    """Return the page as HTML."""
    parts = [_log(log), _left_out(left_out)]
    parts.append(_foretold(foretold) if foretold else _no_times())
    parts.append(_how(log))
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>Evaluation: {escape(log.name)}</title><style>{STYLE}</style></head><body><main>"
        "<header><p>Parvis recommender</p><h1>Evaluation: "
        f"{escape(log.name)}</h1></header>{''.join(parts)}</main></body></html>\n"
    )


def _log(log: Log) -> str:
    facts = [("events", f"{len(log.clip):,}"), ("viewers", f"{log.viewers:,}"), ("clips", f"{log.clips:,}")]
    if log.at is not None:
        facts.append(("from", f"{_day(log.at[0])}"))
        facts.append(("to", f"{_day(log.at[-1])}"))
    tiles = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in facts)
    left = [(reason, count) for reason, count in sorted(log.counts.items()) if reason != "read" and count]
    told = ", ".join(f"{escape(reason)}: {count:,}" for reason, count in left) or "none"
    return (f'<section><h2>The log</h2><dl class="facts">{tiles}</dl>'
            f"<p>{log.counts.get('read', 0):,} rows read. Left out: {told}.</p></section>")  # fmt: skip


def _left_out(found: LeftOut) -> str:
    series = [Line(name, [means[name] for _l, _h, _n, means in found.by_length]) for name in NAMES]
    lengths = [f"{low} to {high}" if low < high else str(low) for low, high, _count, _means in found.by_length]
    return (
        "<section><h2>Leave one out</h2>"
        f"<p>The last clip of {found.asked:,} viewers, foretold from all that they took before it. The models saw "
        "neither "
        "it nor the clip before it. Popularity "
        f"{_half_life(found.half_life)}.</p>{_table(found.rows)}{_bars(found.rows)}"
        f"{_curve(found.rows)}"
        + (lines("NDCG@10 by how much is known of the viewer", lengths, series, x="clips in the history", y="NDCG@10")
           if len(lengths) > 1 else "")
        + _by_length(found)
        + "</section>"
    )  # fmt: skip


def _by_length(found: LeftOut) -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in NAMES)
    rows = "".join(
        f'<tr><th scope="row">{low} to {high}</th><td>{count:,}</td>'
        + "".join(f"<td>{means[name]:.4f}</td>" for name in NAMES)
        + "</tr>"
        for low, high, count, means in found.by_length
    )
    return _scrolls(
        "NDCG@10 by length of history",
        f'<tr><th scope="col">clips before</th><th scope="col">viewers</th>{head}</tr>',
        rows,
    )


def _foretold(found: Foretold) -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in NAMES)
    rows = "".join(
        f'<tr><th scope="row">{_day(at)}</th><td>{asked:,}</td>'
        + "".join(f"<td>{means[name]:.4f}</td>" for name in NAMES)
        + "</tr>"
        for at, asked, means in found.rounds
    )
    series = [Line(name, [means[name] for _at, _asked, means in found.rounds]) for name in NAMES]
    days = [_day(at) for at, _asked, _means in found.rounds]
    return (
        "<section><h2>In order of time</h2>"
        f"<p>{found.asked:,} events of the last half, foretold from what came before each of them; the models are "
        "fitted "
        f"anew at the start of each round and know nothing later. Popularity {_half_life(found.half_life)}.</p>"
        f"{_table(found.rows)}{_bars(found.rows)}"
        f"{lines('NDCG@10 round by round', days, series, x='round from', y='NDCG@10')}"
        + _scrolls("Rounds", f'<tr><th scope="col">from</th><th scope="col">asked</th>{head}</tr>', rows)
        + "</section>"
    )


def _no_times() -> str:
    return ("<section><h2>In order of time</h2><p>The log has no times, so nothing can be foretold in order of "
            "time, and popularity does not fade.</p></section>")  # fmt: skip


def _how(log: Log) -> str:
    few = "" if log.clips <= RIDGE_CLIPS else f" It knows the {RIDGE_CLIPS:,} clips most taken; others come last."
    return (
        "<section><h2>How to read this</h2><ul>"
        "<li>Every clip that the viewer had not taken yet is ranked: no sample of them. Of clips with the same "
        "score all "
        "others come first, so a model that says nothing gets nothing.</li>"
        "<li>HR@10: how often the clip taken next is among the first ten. NDCG@10: the same, worth more the higher it "
        "stands. Cover: the share of all clips that are in anybody's first ten.</li>"
        "<li>Intervals hold 95 % of 1,000 bootstrap samples of what was asked. Models answer the same questions, so "
        "intervals that overlap a little may still differ.</li>"
        "<li>Leave-one-out lets models learn from what others did later than the clip in question: it is how "
        "papers are "
        "compared. Order of time does not.</li>"
        "<li>A log holds what people took from what an older feed showed them. Whether another feed serves them "
        "better is "
        "told by an experiment on live traffic alone.</li>"
        "<li>Decayed popularity: how often a clip was taken, fading; the half-life is chosen on questions that are not "
        "counted. Co-visits: what follows what, by distance. Ridge: a linear regression of the next clip on the fading "
        f"history.{few} Blend: the three together, weights fitted on questions that are not "
        "counted.</li></ul></section>"
    )


def _table(rows: tuple[Row, ...]) -> str:
    best = max(rows, key=lambda row: row.gain.mean).name
    body = "".join(
        f'<tr{" class=best" if row.name == best else ""}><th scope="row">{escape(row.name)}</th>'
        f"{_cells(row.hit)}{_cells(row.gain)}<td>{100 * row.coverage:.1f} %</td></tr>"
        for row in rows
    )
    head = ('<tr><th scope="col">model</th><th scope="col">HR@10</th><th scope="col">95 %</th>'
            '<th scope="col">NDCG@10</th><th scope="col">95 %</th><th scope="col">cover</th></tr>')  # fmt: skip
    return _scrolls("Figures", head, body)


def _cells(figure: Figure) -> str:
    return f'<td>{figure.mean:.4f}</td><td class="muted">{figure.low:.4f} to {figure.high:.4f}</td>'


def _scrolls(caption: str, head: str, body: str) -> str:
    return (f'<div class="wide" tabindex="0" role="region" aria-label="{caption}"><table><caption>{caption}</caption>'
            f"<thead>{head}</thead><tbody>{body}</tbody></table></div>")  # fmt: skip


def _bars(rows: tuple[Row, ...]) -> str:
    series = [
        Line(row.name, [one.mean for one in (row.hit, row.gain)], [(one.low, one.high) for one in (row.hit, row.gain)])
        for row in rows
    ]
    return bars("HR@10 and NDCG@10, with intervals", ["HR@10", "NDCG@10"], series, y="")


def _curve(rows: tuple[Row, ...]) -> str:
    series = [Line(row.name, row.curve) for row in rows]
    return lines("HR@k: how far down one must look", [str(k) for k in CURVE], series, x="k", y="HR@k")


def _half_life(days: float) -> str:
    return HALF_LIFE.get(days, f"has a half-life of {days:g} {'day' if days == 1 else 'days'}")


def _day(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).date().isoformat()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
