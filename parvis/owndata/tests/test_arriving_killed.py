"""Archives that are taken up by a worker which is killed with -9 in the midst: whole after the next try, and once."""

import io
from collections.abc import Iterator
from datetime import timedelta

import pytest
from psycopg import sql

from parvis.accounts.models import Block
from parvis.clips import storage
from parvis.clips.models import Clip, Upload
from parvis.events.connections import open_connection
from parvis.events.models import Event
from parvis.feed.models import Choice
from parvis.kit.clock import now
from parvis.owndata import queries
from parvis.owndata.actions import arriving, moving
from parvis.owndata.models import Alias, Arrival
from parvis.owndata.tests.conftest import SAID, archive_of, said_by
from parvis.owndata.tests.elsewhere import VIDEO, tiktok_2025, zipped
from parvis.owndata.tests.test_arriving import counts_of, erased, opened, raw
from parvis.owndata.tests.test_moving import found_as
from parvis.social.models import ClipCounts, Mute, PersonCounts
from tests.processes import Worker, wait_for

WAITS = "select count(*) from pg_stat_activity where pg_backend_pid() = any(pg_blocking_pids(pid))"


@pytest.fixture
def worker(tmp_path) -> Iterator[Worker]:
    one = Worker(tmp_path)
    yield one
    one.kill()


def killed_at(worker: Worker, table: str) -> None:
    """Kill a worker in the midst of its first write to a table, and let a minute pass."""
    with open_connection() as link, link.transaction():
        link.execute(sql.SQL("lock table {} in share mode").format(sql.Identifier(table)))
        worker.start()
        wait_for(lambda: link.execute(WAITS).fetchone() != (0,), f"a write to {table}")
        worker.kill()
    held = Arrival.objects.filter(state="asked", claimed_by__isnull=False)
    assert held.update(lease_until=now() - timedelta(seconds=1)) == 1


def taken_up(worker: Worker) -> None:
    """Let a worker go on until nothing waits."""
    worker.start()
    wait_for(lambda: not Arrival.objects.filter(state="asked").exists(), "the end of all that was brought")
    assert set(Arrival.objects.values_list("state", flat=True)) == {"ready"}
    wait_for(lambda: storage.listing("owndata")[1] == [], "that nothing is left of the archives")


def test_an_archive_of_parvis_is_whole_and_there_once_after_kills_and_when_it_is_brought_again(alice, world, worker):
    archive, before = raw(archive_of(alice)), counts_of(alice)
    shown = Clip.objects.get(poster="poster.webp")
    erased(alice)
    person = opened(archive)
    for table in ("clips_caption", "clips_part", "social_comment", "feed_watch"):
        killed_at(worker, table)
    taken_up(worker)
    for _ in range(2):
        arriving.bring(person, io.BytesIO(archive))
    wait_for(lambda: not Arrival.objects.filter(state="asked").exists(), "the end of all that was brought")
    assert counts_of(person) == before
    assert said_by(person) == [SAID]
    assert ClipCounts.objects.get(clip__creator=world["bob"]).likes == 1
    assert PersonCounts.objects.get(person=world["carol"]).followers == 1
    again = Clip.objects.get(id=shown.id)
    assert list(again.captions.values_list("language", flat=True)) == ["fr"]
    assert Upload.objects.filter(clip=again).count() == 1
    reports = [queries.report_of(one) for one in Arrival.objects.order_by("id")]
    assert [report["feed_watch"] for report in reports[1:]] == [{"there": 3}] * 2
    assert storage.listing("owndata")[1] == []


def test_an_archive_from_elsewhere_is_whole_and_there_once_after_kills_and_when_it_is_brought_again(world, worker):
    alice, bob, carol = world["alice"], world["bob"], world["carol"]
    found_as(bob, "bob.there")
    found_as(carol, "carol.there")
    Arrival.objects.all().delete()
    archive = zipped({"TikTok/user_data_tiktok.json": tiktok_2025(), "TikTok/x/7147050262430059818.mp4": VIDEO})
    wishes = moving.Wishes(publishes=True, is_found=True)
    arrival = moving.bring(alice, io.BytesIO(archive), name="archive.zip", wishes=wishes)
    for table in ("clips_part", "accounts_block", "feed_choice", "owndata_alias"):
        killed_at(worker, table)
    taken_up(worker)
    for _ in range(2):
        moving.bring(alice, io.BytesIO(archive), name="archive.zip", wishes=wishes)
    wait_for(lambda: not Arrival.objects.filter(state="asked").exists(), "the end of all that was brought")
    clip = Clip.objects.get(creator=alice)
    assert Upload.objects.filter(clip=clip).count() == 1
    assert Block.objects.get(person=alice).blocked == carol
    assert Event.objects.filter(kind="person.blocked").count() == 1
    assert sorted(Choice.objects.filter(says="more").values_list("value", flat=True)) == ["jazz", "pottery"]
    assert Mute.objects.filter(person=alice).count() == 1
    assert Alias.objects.filter(person=alice).count() == 1
    arrival.refresh_from_db()
    assert queries.report_of(arrival)["followed"] == {"found": 1, "elsewhere": 1}
    assert storage.listing("owndata")[1] == []
