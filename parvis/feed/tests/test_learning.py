"""What was learned outlives its process, and whoever was erased is in no byte of it."""

import json
import logging
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pytest

from parvis.clips.models import Clip
from parvis.events.models import Event
from parvis.feed import kept, lessons, standing
from parvis.feed import live as living
from parvis.feed.learning import Learning
from parvis.feed.lessons import key_of
from parvis.feed.models import TAKEN_BACK, Watch
from parvis.feed.news import Position
from parvis.feed.tests.conftest import erased, make_clip, watched
from parvis.kit.clock import now
from parvis.kit.ids import uuid7
from parvis.recommender import disk
from parvis.recommender.durable import Durable, follow
from parvis.recommender.journal import segments
from parvis.recommender.manifest import arrays_hash
from parvis.recommender.snapshots import Shelf
from parvis.recommender.state import Recovered, State


class Looks(threading.Event):
    """Lets a learner look at the news a number of times; `then` is called before each of them with its number."""

    def __init__(self, number: int, then: Callable[[int], None] = lambda _: None) -> None:
        super().__init__()
        self.number, self.then, self.done = number, then, 0

    def wait(self, timeout: float | None = None) -> bool:
        self.done += 1
        if self.done <= self.number:
            self.then(self.done)
        return self.is_set()

    def is_set(self) -> bool:
        return self.done > self.number


class Killed(BaseException):
    """Ends a learner in the middle: nothing of it runs any more but the closing of its files."""


def killed(_: int) -> None:
    raise Killed


@pytest.fixture
def folder(settings, tmp_path) -> Iterator[Path]:
    settings.PARVIS_DATA = tmp_path
    living.close()
    living.LOOK_S, before = 3600.0, living.LOOK_S
    yield kept.folder()
    living.close()
    living.LOOK_S = before


def learn(folder: Path, number: int = 1, then: Callable[[int], None] = lambda _: None) -> Learning:
    learner = Learning(folder)
    learner.run(Looks(number, then))
    return learner


def watch(viewer: UUID, *clips: Any, kind: str = "watch") -> None:
    Watch.objects.bulk_create(
        Watch(id=uuid7(), home="FR", pseudonym=viewer, clip=clip.id, kind=kind, watched_ms=10_000, at=now())
        for clip in clips
    )


def hide(*clips: UUID) -> None:
    nothing = {"title": "", "caption": "", "tags": [], "alt": "", "mentions": []}
    Clip.objects.filter(id__in=clips).update(publication="hidden", **nothing)


def read(folder: Path) -> tuple[State, Recovered]:
    state = State(*kept.blank())
    return state, follow(folder, state.catalogue, state.learner)


def seen(state: State) -> float:
    return float(state.learner.snapshot()["seen"].sum())


def test_what_is_kept_is_what_was_learned_and_a_web_process_goes_on_from_there(folder, clips, bob, monkeypatch) -> None:
    watch(bob.pseudonym, *clips[:5])
    learn(folder)
    watch(bob.pseudonym, *clips[5:9])
    fresh = make_clip(clips[0].creator, 0)
    Event.objects.create(kind="clip.published", home="FR", object=fresh.id)

    def refuses(*_: object) -> None:
        raise AssertionError("the rows were read")

    monkeypatch.setattr(lessons, "fill", refuses)
    live = living.live()
    assert live.catalogue.size == 61
    assert fresh.id in live.catalogue.index
    learn(folder)
    state, _ = read(folder)
    assert round(seen(state)) == 9
    assert arrays_hash(live.learner.snapshot()) == arrays_hash(state.learner.snapshot())
    assert live.catalogue.ids == state.catalogue.ids


def test_a_restart_goes_on_where_it_was_and_learns_nothing_twice(folder, clips, bob) -> None:
    for first in range(0, 12, 3):
        watch(bob.pseudonym, *clips[first : first + 3])
        learner = learn(folder)
        learn(folder)
        assert learner.begun_anew == 0
        assert round(seen(read(folder)[0])) == first + 3


def spoil_snapshots(folder: Path) -> None:
    for number in Shelf(folder).numbers():
        path = Shelf(folder).path(number)
        raw = bytearray(path.read_bytes())
        raw[len(raw) // 2] ^= 4
        path.write_bytes(raw)


def lose_journals(folder: Path) -> None:
    for path in segments(folder):
        path.unlink()
    spoil_snapshots(folder)


def cut_in_the_midst(folder: Path) -> None:
    spoil_snapshots(folder)
    first = segments(folder)[0]
    first.write_bytes(first.read_bytes()[:-3])


def of_another_database(folder: Path) -> None:
    with Durable(folder, *kept.blank()) as durable:
        position = Position.decode(durable.recover().position)
        durable.take([], Position("7.7.7", position.last, position.erased).encode())


def of_another_version(folder: Path) -> None:
    with Durable(folder, *kept.blank()) as durable:
        durable.recover()
        durable.take([], b"some other words for it")


def with_seconds(folder: Path) -> None:
    """As the version before kept it: of each class of length also the seconds watched."""
    shelf = Shelf(folder)
    _, arrays, about, _ = shelf.newest()
    usual = arrays["learner.usual"]
    arrays["learner.usual"] = np.concatenate([usual, np.ones((len(usual), 1), np.float32)], axis=1)
    for number in shelf.numbers():
        shelf.put(number, arrays, about)


def from_the_future(folder: Path) -> None:
    with Durable(folder, *kept.blank()) as durable:
        position = Position.decode(durable.recover().position)
        durable.take([], Position(position.database, "999999999:999999999:", position.erased).encode())


@pytest.mark.parametrize(
    "spoil",
    [
        spoil_snapshots,
        lose_journals,
        cut_in_the_midst,
        of_another_database,
        of_another_version,
        with_seconds,
        from_the_future,
    ],
)
def test_what_is_of_no_use_is_made_again_from_rows(folder, clips, bob, caplog, spoil) -> None:
    watch(bob.pseudonym, *clips[:5])
    learn(folder)
    watch(bob.pseudonym, *clips[5:7])
    learn(folder)
    spoil(folder)
    live = living.live()
    assert (live.catalogue.size, round(float(live.learner.seen.sum()))) == (60, 7)
    learner = learn(folder)
    assert learner.begun_anew == 1
    assert "again from rows" in caplog.text
    state, found = read(folder)
    assert (state.catalogue.size, round(seen(state)), found.damaged_snapshots) == (60, 7, 0)
    assert standing.heard(folder).begun_anew == 1


def test_a_state_too_far_behind_is_made_again_from_the_newest_rows(folder, clips, bob, monkeypatch) -> None:
    learn(folder)
    watch(bob.pseudonym, *clips[:8])
    monkeypatch.setattr(kept, "LEARN_AT_START", 8)
    monkeypatch.setattr(lessons, "LEARN_AT_START", 6)
    assert round(float(living.live().learner.seen.sum())) == 6
    assert learn(folder).begun_anew == 1
    assert round(seen(read(folder)[0])) == 6


def test_what_no_event_told_is_put_right_when_the_learner_starts(folder, clips) -> None:
    learn(folder)
    make_clip(clips[0].creator, 0)
    hide(clips[3].id)
    Clip.objects.filter(id=clips[4].id).update(tags=["sewing"])
    learn(folder)
    catalogue = read(folder)[0].catalogue
    assert catalogue.size == 61
    index = catalogue.index
    assert (catalogue.shown[index[clips[3].id]], catalogue.shown[index[clips[2].id]]) == (False, True)
    assert catalogue.of_tag("sewing").tolist() == [index[clips[4].id]]


def test_a_like_is_learned_under_the_pseudonym_and_a_refusal_taken_back_counts_no_more(
    folder, clips, world, bob
) -> None:
    def happens(number: int) -> None:
        if number == 1:
            watch(bob.pseudonym, clips[0], kind="not-interested")
            Event.objects.create(kind="clip.liked", home="FR", actor=world["bob"].id, object=clips[1].id)
        elif number == 2:
            assert round(seen(read(folder)[0])) == 2
            Watch.objects.update(kind=TAKEN_BACK, xid=Event.objects.create(kind="clip.shared", home="FR").xid)

    learn(folder, 2, happens)
    state, _ = read(folder)
    arrays = state.learner.snapshot()
    index = state.catalogue.index
    assert (round(float(arrays["seen"][index[clips[0].id]])), round(float(arrays["seen"][index[clips[1].id]]))) == (
        0,
        1,
    )
    assert np.uint64(bob.pseudonym.int & (2**64 - 1)) in arrays["covisits.viewer"]


def traces(folder: Path, one: UUID) -> list[str]:
    """Where bytes by which somebody can be told are found: the id and its key, in every order, and as text."""
    key = key_of(one)
    wanted = [one.bytes, one.bytes[::-1], one.bytes_le, key.to_bytes(8, "little"), key.to_bytes(8, "big"),
              str(one).encode(), one.hex.encode(), str(key).encode()]  # fmt: skip
    return [path.name for path in folder.iterdir() if any(word in path.read_bytes() for word in wanted)]


def test_a_viewer_erased_while_the_learner_is_down_leaves_no_byte(folder, clips, bob, visitor) -> None:
    watch(bob.pseudonym, *clips[:5])
    watch(visitor.pseudonym, *clips[:5])
    learn(folder)
    watch(bob.pseudonym, *clips[5:9])
    learn(folder)
    assert traces(folder, bob.pseudonym)
    erased(bob)
    live = living.live()
    assert np.uint64(key_of(bob.pseudonym)) not in live.learner.covisits.viewer
    assert np.uint64(key_of(visitor.pseudonym)) in live.learner.covisits.viewer
    learn(folder)
    assert traces(folder, bob.pseudonym) == []
    assert traces(folder, visitor.pseudonym)


@pytest.mark.parametrize("ends", [lambda _: None, killed])
def test_a_viewer_erased_while_it_learns_leaves_no_byte_even_if_it_is_killed_then(
    folder, clips, bob, world, monkeypatch, ends
) -> None:
    def happens(number: int) -> None:
        if number == 1:
            watch(bob.pseudonym, *clips[:5])
        elif number == 2:
            assert traces(folder, bob.pseudonym)
            erased(bob)
            Event.objects.create(kind="clip.liked", home="FR", actor=world["carol"].id, object=clips[1].id)
        elif number == 3:
            ends(number)

    try:
        learn(folder, 3, happens)
    except Killed:
        assert traces(folder, bob.pseudonym)  # it had read of the erasure, and learned on after it
        learn(folder)
    assert traces(folder, bob.pseudonym) == []
    assert round(seen(read(folder)[0])) == 6  # what was learned of clips stays, without a name


def test_who_posted_and_is_erased_leaves_no_byte_nor_does_a_deleted_clip(folder, clips, world) -> None:
    alice = world["alice"].id
    learn(folder)
    assert traces(folder, alice)
    assert traces(folder, clips[1].id)
    live = living.live()
    hers = [clip.id for clip in clips if clip.creator_id == alice]
    hide(*hers, clips[1].id)
    Event.objects.create(kind="person.erased", home="FR", object=alice)
    Event.objects.create(kind="clip.deleted", home="FR", object=clips[1].id)
    learn(folder)
    assert not any(traces(folder, one) for one in (alice, clips[1].id, *hers))
    assert traces(folder, clips[2].id)
    live.look()
    assert not live.catalogue.shown[live.catalogue.index[hers[0]]]  # at once
    live.forget()
    assert not live.catalogue.index.keys() & {*hers, clips[1].id}
    assert alice not in live.catalogue.creators.number
    size = live.catalogue.size
    assert (np.diff(live.catalogue.created[:size]) >= 0).all()


def test_a_web_process_forgets_a_viewer_it_knows(ask, report, live, clips, bob) -> None:
    ask(bob)
    report(bob, [watched(clip.id) for clip in clips[:5]])
    assert np.uint64(key_of(bob.pseudonym)) in live.learner.covisits.viewer
    erased(bob)
    live.look()
    assert live.company.at_hand(bob.pseudonym) is None
    live.forget()
    assert np.uint64(key_of(bob.pseudonym)) not in live.learner.covisits.viewer


def test_a_full_disk_is_said_once_and_nothing_is_lost_when_there_is_room_again(
    folder, clips, bob, caplog, monkeypatch
) -> None:
    real = os.fsync, disk.write_all
    said: list[str] = []

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    def happens(number: int) -> None:
        if number == 2:
            watch(bob.pseudonym, *clips[:5])
            monkeypatch.setattr(os, "fsync", full)
            monkeypatch.setattr(disk, "write_all", full)
        elif 3 <= number <= 6:
            said.append(standing.heard(folder).trouble)
            assert living.live().catalogue.size == 60  # the feed goes on
        elif number == 7:
            monkeypatch.setattr(os, "fsync", real[0])
            monkeypatch.setattr(disk, "write_all", real[1])

    caplog.set_level(logging.WARNING)
    learner = learn(folder, 9, happens)
    assert said == ["No space left on device"] * 4
    assert caplog.text.count("No space left") == 1
    assert "kept again" in caplog.text
    assert (learner.begun_anew, standing.heard(folder).trouble) == (0, "")
    assert round(seen(read(folder)[0])) == 5


def test_a_second_learner_changes_nothing_and_takes_over_when_the_first_ends(folder, clips, caplog) -> None:
    learn(folder)
    with Durable(folder, *kept.blank()) as first:
        first.recover()
        before = {path: path.read_bytes() for path in folder.iterdir()}
        learn(folder, 3)
        assert {path: path.read_bytes() for path in folder.iterdir()} == before
        assert caplog.text.count("another process keeps this folder") == 1
    learner = learn(folder)
    assert (learner.trouble, learner.begun_anew) == ("", 0)


def test_an_error_that_nobody_thought_of_is_logged_once_and_gone_on_from(
    folder, clips, bob, caplog, monkeypatch
) -> None:
    real = lessons.acts

    def happens(number: int) -> None:
        watch(bob.pseudonym, clips[number])
        monkeypatch.setattr(lessons, "acts", real if number > 1 else lambda *_: 1 / 0)

    learn(folder, 4, happens)
    assert "ZeroDivisionError" in caplog.text
    assert round(seen(read(folder)[0])) == 4


def test_how_it_stands_fits_its_place_and_nonsense_is_nothing(tmp_path) -> None:
    assert standing.heard(tmp_path) is None
    standing.say(tmp_path, standing.Standing(1.0, "a long way from home"))
    standing.say(tmp_path, standing.Standing(2.0))
    path = tmp_path / standing.NAME
    assert path.stat().st_size == standing.LENGTH
    assert standing.heard(tmp_path) == standing.Standing(2.0)
    path.write_text(json.dumps({"when": 3}))
    assert standing.heard(tmp_path) is None
    standing.say(tmp_path / "nowhere", standing.Standing(1.0))  # no folder: nothing happens
