"""One clip watched a million times: how many watches a second are counted, and what its creator's page costs then.

Watches of 300,000 people from 175 markets, over 90 days, most with a slate; they lie beside as many of other clips. The
page is asked as the creator asks it (`insights.queries`), warm. Beside it what the same page would cost if it were
counted from the watches themselves each time it is opened.
"""

import os
import statistics
import tempfile
import time
import uuid
from collections.abc import Callable
from pathlib import Path

import psycopg

from benchmarks.report import report
from benchmarks.square import Square

SMALL = os.environ.get("SCALE") == "small"
WATCHES = 50_000 if SMALL else 1_000_000
PEOPLE = WATCHES * 3 // 10
TOGETHER = 5_000  # in one transaction, as the feed stores them when it is busy
ASKED = 20
SHOW = """
with shown as (
  select n, ('00000000-0000-4000-8000-' || lpad(to_hex(floor(random() * %(people)s)::int), 12, '0'))::uuid as viewer,
    uuidv7() as slate, case when n %% 2 = 0 then %(clip)s::uuid else %(other)s::uuid end as clip
  from generate_series(1, %(count)s) as n
), slates as (
  insert into feed_slate (id, home, pseudonym, feed, clips, recipe, trace)
  select slate, (%(markets)s::text[])[1 + get_byte(uuid_send(viewer), 15) %% cardinality(%(markets)s::text[])], viewer,
    (array['for-you', 'for-you', 'for-you', 'following', 'tag', 'by', 'clip'])[1 + n %% 7], array[clip], 1, ''
  from shown
)
insert into feed_watch (id, home, pseudonym, slate, position, clip, kind, watched_ms, loops, at)
select uuidv7(), (%(markets)s::text[])[1 + get_byte(uuid_send(viewer), 15) %% cardinality(%(markets)s::text[])], viewer,
  slate, 0, clip, 'watch', floor(random() * 20000)::int, case when n %% 5 = 0 then 1 else 0 end,
  now() - random() * interval '90 days'
from shown"""
# The same figures from the watches: what an index on their clips, which the feed does not keep, would serve.
ANEW = """
select date_trunc('day', w.at), w.home, s.feed, least(10, w.watched_ms * 10 / 10000), count(*),
  count(distinct w.pseudonym)
from feed_watch w left join feed_slate s on s.id = w.slate where w.clip = %s
group by grouping sets ((1), (2), (3), (4))"""


def fill(square: Square) -> uuid.UUID:
    """Store the watches; return the clip."""
    from parvis.cells.markets import MARKETS

    with psycopg.connect(square.cluster.url, autocommit=True) as connection:
        connection.execute("set synchronous_commit to off")
        connection.execute("delete from feed_watch")
        clip, other = (row[0] for row in connection.execute("select id from clips_clip order by id limit 2").fetchall())
        connection.execute("update clips_clip set duration_ms = 10000 where id = any(%s)", [[clip, other]])
        said = {"clip": clip, "other": other, "markets": list(MARKETS), "people": PEOPLE, "count": TOGETHER}
        for _ in range(2 * WATCHES // TOGETHER):
            connection.execute(SHOW, said)
        connection.execute("create index on feed_watch (clip)")
        connection.execute("vacuum analyze feed_watch, feed_slate")
    return clip


def count_all() -> tuple[float, float]:
    """Count everything; return watches a second and the longest step in milliseconds."""
    from parvis.insights.actions import count_some

    steps = []
    while True:
        began = time.perf_counter()
        more = count_some()
        steps.append(time.perf_counter() - began)
        if not more:
            return 2 * WATCHES / sum(steps), 1000 * max(steps)


def median_ms(work: Callable[[], object], times: int) -> float:
    """Return the median time of some work."""
    took = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        took.append(1000 * (time.perf_counter() - began))
    return statistics.median(took)


def measure(clip: uuid.UUID) -> dict[str, float]:
    """Count, ask, and count anew."""
    from django.db import connection

    from parvis.accounts.viewer import Viewer
    from parvis.clips.models import Clip
    from parvis.insights.models import Day, Group, Seen
    from parvis.insights.queries import for_viewer

    rate, longest = count_all()
    print(f"{rate:.0f} watches a second are counted", flush=True)
    creator = Clip.objects.select_related("creator").get(id=clip).creator
    viewer = Viewer(uuid.uuid4(), creator.home, "en", person_id=creator.id, handle=creator.handle)
    door = for_viewer(viewer)
    found = door.of_clip(clip)

    def anew() -> None:
        with connection.cursor() as cursor:
            cursor.execute(ANEW, [clip])
            cursor.fetchall()

    return {
        "counted_per_second": round(rate),
        "longest_step_ms": round(longest),
        "clip_ms": round(median_ms(lambda: door.of_clip(clip), ASKED), 2),
        "overview_ms": round(median_ms(door.overview, ASKED), 2),
        "from_watches_ms": round(median_ms(anew, 3)),
        "views": found.views,
        "rows_of_clip": Day.objects.filter(clip=clip).count() + Group.objects.filter(clip=clip).count(),
        "rows_of_viewers": Seen.objects.count(),
    }


def main() -> None:
    """Run and report."""
    with tempfile.TemporaryDirectory(prefix="parvis-insights-") as folder:
        square = Square(Path(folder) / "square", clips=100, people=10)
        try:
            square.make()
            clip = fill(square)
            print("the clip is watched", flush=True)
            figures = measure(clip)
        finally:
            square.stop()
    report("insights", figures, {"clip_ms": ("<", 50.0), "counted_per_second": (">=", 5_000)})


if __name__ == "__main__":
    main()
