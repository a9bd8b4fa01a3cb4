import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest

from parvis.recommender import state as state_module
from parvis.recommender.catalogue import Catalogue
from parvis.recommender.disk import Damaged
from parvis.recommender.durable import Busy, Durable, follow
from parvis.recommender.interface import Events, events_of
from parvis.recommender.journal import segments
from parvis.recommender.signals import CODES
from parvis.recommender.snapshots import Array, Shelf
from parvis.recommender.state import Recovered
from parvis.recommender.steps import Added, Hidden, Learned, Shown, TakenBack
from parvis.recommender.tests.killed import fresh, random_events, replayed, steps_of
from parvis.recommender.tests.world import NOW, clips


def same(one: dict[str, Array], other: dict[str, Array]) -> bool:
    return one.keys() == other.keys() and all(one[name].tobytes() == other[name].tobytes() for name in one)


def opened(folder: Path) -> tuple[Durable, Recovered]:
    durable = Durable(folder, *fresh())
    return durable, durable.recover()


def lived(folder: Path, batches: range, snapshots: tuple[int, ...] = ()) -> None:
    with opened(folder)[0] as durable:
        for batch in batches:
            durable.take(steps_of(batch), str(batch).encode())
            if batch in snapshots:
                durable.snapshot()


def kept(folder: Path) -> tuple[dict[str, Array], Recovered]:
    durable, found = opened(folder)
    with durable:
        return durable.state.arrays(), found


def test_killed_again_and_again_it_is_bit_for_bit_what_it_would_be_without(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "parvis.recommender.tests.killed", str(tmp_path), "5", "60", "40"]
    root = Path(__file__).resolve().parents[3]
    environment = {**os.environ, "PYTHONPATH": str(root), "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, cwd=root, env=environment, check=True)
    assert int(done.stdout) >= 6  # lives that were ended
    arrays, found = kept(tmp_path)
    assert found.position == b"39"
    assert same(arrays, replayed(40))


def test_a_record_torn_at_any_byte_is_left_out_whole(tmp_path: Path) -> None:
    lived(tmp_path, range(3))
    path = segments(tmp_path)[0]
    whole = path.read_bytes()
    lived(tmp_path, range(3, 4))
    longer = path.read_bytes()
    assert longer.startswith(whole)
    three = replayed(3)
    for stop in range(len(whole), len(longer), max((len(longer) - len(whole)) // 12, 1)):
        path.write_bytes(longer[:stop])
        arrays, found = kept(tmp_path)
        assert (found.position, found.cut_bytes, path.read_bytes()) == (b"2", stop - len(whole), whole)
        assert same(arrays, three)
    path.write_bytes(longer[:-1] + bytes([longer[-1] ^ 1]))
    assert kept(tmp_path)[1].position == b"2"


def test_a_damaged_newest_snapshot_falls_back_to_the_one_before_and_nothing_is_lost(tmp_path: Path) -> None:
    lived(tmp_path, range(10), snapshots=(2, 5, 8))
    shelf = Shelf(tmp_path)
    assert shelf.numbers() == [9, 6]
    path = shelf.path(9)
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 4
    path.write_bytes(raw)
    arrays, found = kept(tmp_path)
    assert (found.snapshot, found.damaged_snapshots, found.replayed) == (6, 1, 4)
    assert same(arrays, replayed(10))
    assert shelf.numbers() == [6]  # the damaged one does not count as one of two


def test_a_first_snapshot_that_is_damaged_is_made_up_for_by_the_journal(tmp_path: Path) -> None:
    lived(tmp_path, range(4), snapshots=(2,))
    Shelf(tmp_path).path(3).write_bytes(b"")
    assert same(kept(tmp_path)[0], replayed(4))


def test_what_cannot_be_recovered_exactly_is_refused_and_no_file_changes(tmp_path: Path) -> None:
    lived(tmp_path, range(10), snapshots=(2, 5, 8))
    for number in Shelf(tmp_path).numbers():
        Shelf(tmp_path).path(number).write_bytes(b"nothing of ours")
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    catalogue, learner = fresh()
    with Durable(tmp_path, catalogue, learner) as durable:
        with pytest.raises(Damaged, match="missing"):
            durable.recover()
        assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before
        assert len(catalogue) == 0
        with pytest.raises(Damaged, match="not recovered"):
            durable.take(steps_of(0))
        durable.discard()
        durable.take(steps_of(0))
    assert same(kept(tmp_path)[0], replayed(1))


def test_damage_in_the_midst_of_the_journal_is_not_taken_for_its_end(tmp_path: Path) -> None:
    lived(tmp_path, range(6), snapshots=(2,))
    first = segments(tmp_path)[0]
    Shelf(tmp_path).path(3).write_bytes(b"")
    first.write_bytes(first.read_bytes()[:-3])
    with opened_raw(tmp_path) as durable, pytest.raises(Damaged, match="damaged at byte"):
        durable.recover()


def test_a_record_or_a_journal_that_is_missing_is_noticed(tmp_path: Path) -> None:
    sizes = []
    for batch in range(3):
        lived(tmp_path, range(batch, batch + 1))
        sizes.append(segments(tmp_path)[0].stat().st_size)
    raw = segments(tmp_path)[0].read_bytes()
    segments(tmp_path)[0].write_bytes(raw[: sizes[0]] + raw[sizes[1] :])
    with opened_raw(tmp_path) as durable, pytest.raises(Damaged, match="record 2 is missing"):
        durable.recover()
    with opened_raw(tmp_path) as durable:
        durable.discard()
        durable.take(steps_of(0))
        durable.forget([1])  # one snapshot, and a journal without a record
    Shelf(tmp_path).path(2).write_bytes(b"")
    with opened_raw(tmp_path) as durable, pytest.raises(Damaged, match="record 1 is missing"):
        durable.recover()
    segments(tmp_path)[0].unlink()
    with opened_raw(tmp_path) as durable, pytest.raises(Damaged, match="no journal"):
        durable.recover()


def test_what_the_older_snapshot_needs_stays_however_close_they_are(tmp_path: Path) -> None:
    lived(tmp_path, range(6), snapshots=(2, 3, 4))
    Shelf(tmp_path).path(5).write_bytes(b"")
    assert same(kept(tmp_path)[0], replayed(6))


def test_a_snapshot_of_another_learner_is_refused_and_the_catalogue_stays_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lived(tmp_path, range(3), snapshots=(1,))
    catalogue, learner = fresh()

    def refuses(arrays: dict[str, Array]) -> None:
        raise ValueError("of another learner")

    monkeypatch.setattr(learner, "restore", refuses)
    with pytest.raises(Damaged, match="another learner"):
        follow(tmp_path, catalogue, learner)
    assert (len(catalogue), catalogue.ids, catalogue.index, catalogue.creators.value) == (0, [], {}, [""])


def test_who_follows_while_the_writer_tidies_up_reads_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    durable, _ = opened(tmp_path)
    with durable, monkeypatch.context() as patched:
        for batch in range(4):
            durable.take(steps_of(batch), str(batch).encode())
            durable.snapshot()
        real = state_module.records

        def late(folder: Path, after: int) -> Iterator[tuple[int, memoryview]]:
            patched.setattr(state_module, "records", real)
            for batch in range(4, 7):
                durable.take(steps_of(batch), str(batch).encode())
                durable.snapshot()
            return real(folder, after)

        patched.setattr(state_module, "records", late)
        assert follow(tmp_path, *fresh()).position == b"6"


def opened_raw(folder: Path) -> Durable:
    return Durable(folder, *fresh())


def test_a_record_that_stands_there_twice_is_applied_once(tmp_path: Path) -> None:
    lived(tmp_path, range(3))
    path = segments(tmp_path)[0]
    whole = path.read_bytes()
    lived(tmp_path, range(3, 4))
    path.write_bytes(path.read_bytes() + path.read_bytes()[len(whole) :])
    arrays, found = kept(tmp_path)
    assert (found.sequence, found.replayed) == (4, 4)
    assert same(arrays, replayed(4))


def test_one_writes_and_others_follow_without_changing_a_byte(tmp_path: Path) -> None:
    durable, _ = opened(tmp_path)
    with durable:
        for batch in range(5):
            durable.take(steps_of(batch), str(batch).encode())
            if batch == 2:
                durable.snapshot()
        with pytest.raises(Busy):
            opened_raw(tmp_path)
        before = {path: path.read_bytes() for path in tmp_path.iterdir()}
        catalogue, learner = fresh()
        assert follow(tmp_path, catalogue, learner).position == b"4"
        assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before
        mine, theirs = durable.state.learner.snapshot(), learner.snapshot()
        assert same(mine, theirs)
        assert catalogue.index == durable.state.catalogue.index


def test_a_step_that_fails_is_taken_back_and_a_restart_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    durable, _ = opened(tmp_path)
    with durable, monkeypatch.context() as patched:
        durable.take(steps_of(0), b"0")
        patched.setattr(Catalogue, "hide", lambda self, ids: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            durable.take([*steps_of(1), Hidden(())], b"1")
        assert durable.state.counts.refused == 1
        with pytest.raises(Damaged):
            durable.take(steps_of(2))
    arrays, found = kept(tmp_path)
    assert found.position == b"0"
    assert same(arrays, replayed(1))


def test_a_full_disk_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    durable, _ = opened(tmp_path)
    with durable:
        durable.take(steps_of(0), b"0")
        real = os.write

        def full(descriptor: int, data: memoryview) -> int:
            if len(data) <= 10:
                raise OSError(28, "no space left")
            return real(descriptor, data[:10])

        with monkeypatch.context() as patched:
            patched.setattr(os, "write", full)
            with pytest.raises(OSError, match="no space"):
                durable.take([Shown(np.zeros(1, np.int32))])
        assert same(durable.state.arrays(), replayed(1))
        durable.take(steps_of(1), b"1")
    assert same(kept(tmp_path)[0], replayed(2))


VIEWERS = [0xA1B2C3D4E5F60718, 0x1F2E3D4C5B6A7988]
STAYS = 0x7766554433221199


def bytes_of(folder: Path, durable: Durable) -> bytes:
    files = b"".join(path.read_bytes() for path in sorted(folder.iterdir()))
    return files + b"".join(array.tobytes() for array in durable.state.arrays().values())


def is_named(raw: bytes, viewer: int) -> bool:
    return viewer.to_bytes(8, "little") in raw or viewer.to_bytes(8, "big") in raw


def test_forgotten_viewers_and_erased_clips_are_in_no_byte_of_any_file(tmp_path: Path) -> None:
    durable, _ = opened(tmp_path)
    # Ids that no run of numbers could be taken for.
    far = UUID("5f1d7a20c3e94b68a1b2c3d4e5f60718").int
    world = [
        replace(one, id=UUID(int=one.id.int ^ far), creator=UUID(int=one.creator.int + far))
        for one in clips(60, creators=20)
    ]
    world[4] = replace(world[4], tags=("by one alone", "jazz"))
    with durable:
        durable.take([Added(tuple(world))])
        for turn in range(3):
            for viewer in (*VIEWERS, STAYS):
                liked = np.arange(turn, turn + 20, dtype=np.int32)
                durable.learn(events_of(viewer, liked, CODES["like"], at=NOW + turn), now=NOW + turn)
            durable.snapshot()
        durable.learn(events_of(VIEWERS[0], [3], CODES["like"], at=NOW + 9), now=NOW + 9)
        raw = bytes_of(tmp_path, durable)
        assert all(is_named(raw, viewer) for viewer in (*VIEWERS, STAYS))
        assert world[4].id.bytes in raw
        assert world[5].creator.bytes in raw
        durable.forget(VIEWERS, [world[4].id], [world[5].creator])
        raw = bytes_of(tmp_path, durable)
        assert not any(is_named(raw, viewer) for viewer in VIEWERS)
        assert is_named(raw, STAYS)
        gone = [clip for clip in world if clip.creator == world[5].creator] + [world[4]]
        assert len(gone) == 4
        assert not any(clip.id.bytes in raw for clip in gone)
        assert b"by one alone" not in raw
        assert b"jazz" in raw
        assert world[5].creator.bytes not in raw
        assert all(clip.id not in durable.state.catalogue.index for clip in gone)
        followers = durable.state.learner.snapshot()["covisits.follower"]
        assert not np.isin([4, 5, 25, 45], followers).any()
        assert (followers >= 0).any()
        durable.learn(events_of(STAYS, [4, 6], CODES["like"], at=NOW + 20), now=NOW + 20, position=b"after")
        before = durable.state.arrays()
    arrays, found = kept(tmp_path)
    assert (found.position, found.replayed) == (b"after", 1)
    assert same(arrays, before)


@pytest.mark.parametrize("call", ["replace", "unlink"])
def test_a_crash_while_forgetting_leaves_all_or_nothing_after_a_restart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    durable, _ = opened(tmp_path)
    durable.take([Added(tuple(clips(60)))])
    for turn in range(2):
        durable.learn(events_of(VIEWERS[0], np.arange(9), CODES["like"], at=NOW + turn), now=NOW + turn)
        durable.snapshot()

    def fails(*_: object) -> None:
        raise OSError("killed here")

    with monkeypatch.context() as patched:
        patched.setattr(os, call, fails)
        with pytest.raises(OSError, match="killed"):
            durable.forget(VIEWERS)
    durable.close()
    (tmp_path / "state-5.snap.tmp").write_bytes(VIEWERS[1].to_bytes(8, "little"))  # of a write cut short before
    again, _ = opened(tmp_path)
    with again:
        assert not is_named(bytes_of(tmp_path, again), VIEWERS[1])
        assert is_named(bytes_of(tmp_path, again), VIEWERS[0]) == (call == "replace")
        again.forget(VIEWERS)
        again.take(steps_of(0))
        assert not is_named(bytes_of(tmp_path, again), VIEWERS[0])
    assert kept(tmp_path)[1].replayed == 1


def test_bad_events_are_counted_and_never_fatal(tmp_path: Path) -> None:
    durable, _ = opened(tmp_path)
    at = np.array([NOW + 5, NOW, NOW, NOW + 1e6, NOW, NOW, NOW])
    bad = Events(
        np.full(7, 9, np.uint64), np.array([1, 2, 2, 3, 10**6, 4, 5], np.int32),
        np.array([0, 0, 0, 0, 0, 99, 0], np.uint8),
        np.array([1, 1, 1, 1, 1, 1, np.nan], np.float32), np.zeros(7, np.float32), at,
    )  # fmt: skip
    with durable:
        durable.take([Added(tuple(clips(8)))])
        durable.take([Learned(bad, NOW + 10), Shown(np.array([-5, 0, 99], np.int32)), TakenBack(77, 0)])
        counts = durable.state.counts
        assert (counts.events, counts.repeated, counts.future, counts.disordered) == (7, 1, 1, 1)
        assert (counts.unknown_clip, counts.unknown_kind, counts.not_finite) == (1 + 2 + 1, 1, 1)
        learned = durable.state.arrays()
        assert (learned["learner.seen"].sum(), learned["learner.shows"].sum()) == (3, 1)
        assert all(np.isfinite(array).all() for array in learned.values())
        before = durable.position, len(segments(tmp_path)[0].read_bytes())
        with pytest.raises(ValueError, match="not finite"):
            durable.learn(bad, now=float("nan"), position=b"x")
        with pytest.raises(ValueError, match="length"):
            durable.learn(Events(*(getattr(bad, name)[: 5 + (name == "at")] for name in vars(bad))), now=NOW)
        assert (durable.position, len(segments(tmp_path)[0].read_bytes())) == before
    assert same(kept(tmp_path)[0], learned)


def test_batches_matter_so_they_are_kept() -> None:
    """The reason for one record per batch: the same events in other batches give other sums."""
    whole, parts = fresh(), fresh()
    events = random_events(1, 60, 200)
    for catalogue, _ in (whole, parts):
        catalogue.add(clips(60))
    whole[1].learn(events, now=NOW + 1e5)
    for one in np.array_split(np.argsort(events.at), 9):
        parts[1].learn(events.take(one), now=NOW + 1e5)
    assert not same(whole[1].snapshot(), parts[1].snapshot())
