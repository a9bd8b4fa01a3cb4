"""The nightly encoder in the feed: trained from rows, taken up, said why, and never in the way."""

import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import numpy as np
import pytest

from parvis.feed import actions, encoding, modelcard, nightly, words
from parvis.feed import live as living
from parvis.feed.lessons import key_of
from parvis.feed.live import Live
from parvis.feed.models import NEWEST, Watch
from parvis.feed.nightly import Nightly
from parvis.feed.tests.conftest import erased, make_clip, viewer_of
from parvis.feed.tests.test_learner_killed import Learner
from parvis.kit.clock import now
from parvis.kit.ids import uuid7
from parvis.recommender.encoder import files
from parvis.recommender.encoder.model import Training
from parvis.recommender.manifest import NotReproduced
from parvis.recommender.viewers import Request

STEP, LENGTH = 7, 12  # whoever liked clip i likes clip i + 7 next
NIGHT = datetime(2026, 11, 25, 3, 30, tzinfo=UTC).timestamp()


def follow(viewer: UUID, clips: list[Any], start: int, length: int = LENGTH) -> None:
    began = now() - timedelta(hours=1)
    Watch.objects.bulk_create(
        Watch(
            id=uuid7(), home="FR", pseudonym=viewer, clip=clips[(start + STEP * at) % len(clips)].id, kind="watch",
            watched_ms=10_000, at=began + timedelta(seconds=at),
        )
        for at in range(length)
    )  # fmt: skip


@pytest.fixture
def place(settings, tmp_path, monkeypatch, clips) -> Iterator[Path]:
    """An hour is set, and forty viewers have followed the order."""
    settings.PARVIS_DATA, settings.PARVIS_ENCODER_HOUR = tmp_path, 3
    monkeypatch.setattr(encoding, "TRAINING", Training(epochs=40, events=500, rate=6e-3))
    living.close()
    living.LOOK_S, before = 3600.0, living.LOOK_S
    for number in range(40):
        follow(UUID(int=7000 + number), clips, number)
    yield encoding.folder()
    living.close()
    living.LOOK_S = before


def found(live: Live, source: str, viewer: Any) -> list[UUID]:
    pipeline = live.feeds.by_name["for-you"]
    request = Request(viewer, 8, time.time(), np.random.default_rng(1), "FR", "fr", 18)
    [stage] = [one for one in pipeline.sources if one.name == source]
    return [live.catalogue.ids[clip] for clip in stage.find(request).tolist()]


def test_who_follows_a_planted_order_gets_the_next_clip_from_the_model_of_the_night(place, clips, bob) -> None:
    made = encoding.train_now(place, 100)
    assert (made.likings, made.viewers, made.clips) == (480, 40, 60)
    live = living.live()
    # Of one viewer the model may be wrong by chance; of forty it is right far more often than the 11 of a guess.
    right = 0
    for number in range(40):
        viewer = replace(bob, pseudonym=UUID(int=7000 + number), person_id=None)
        known = live.company.get(viewer, time.time())
        right += clips[(number + STEP * LENGTH) % 60].id in found(live, "next", known.state)[:16]
    assert right >= 25
    fresh = make_clip(clips[0].creator, 0)
    live._refresh_clips([fresh.id])
    assert fresh.id in live.teaching.encoded.served.now.catalogue.index
    assert len(live.teaching.encoded.served.now) == 61
    card = modelcard.card(live.feeds)
    assert card["encoder"]["made"]["model"] == made.manifest.model
    assert made.manifest.model in "\n".join(modelcard.lines(card))
    assert words.FOUND["next"]
    assert words.FOUND["near"]


def test_where_no_hour_is_set_the_feed_has_none_of_it(place, settings) -> None:
    encoding.train_now(place, 100)
    settings.PARVIS_ENCODER_HOUR = None
    live = living.live()
    assert live.teaching.encoded.served is None
    assert not {"next", "near"} & set(live.feeds.by_name["for-you"].source_names)
    assert modelcard.card(live.feeds)["encoder"] is None


def test_erased_viewers_and_those_who_want_no_profile_are_not_in_the_next_training(place, clips, world) -> None:
    people = [viewer_of(world[name]) for name in ("bob", "carol", "dan")]
    for one in people:
        follow(one.pseudonym, clips, 3)
    keys = {key_of(one.pseudonym) for one in people}
    assert keys <= set(encoding.read_rows(time.time())[1]["viewer"].tolist())
    before = encoding.train_now(place, 100)
    erased(people[0])
    actions.choose_mode(viewer=people[1], mode=NEWEST)
    actions.reset(viewer=people[2])
    assert not keys & set(encoding.read_rows(time.time())[1]["viewer"].tolist())
    after = encoding.train_now(place, 100)
    assert after.likings == before.likings - 3 * LENGTH
    assert after.manifest.rows != before.manifest.rows


def test_too_few_rows_leave_the_model_of_before(place, clips) -> None:
    made = encoding.train_now(place, 100)
    with pytest.raises(encoding.NotEnough, match="480 likings"):
        encoding.train_now(place, 481)
    assert files.told(place) == made


def test_a_damaged_model_is_counted_once_and_the_one_before_stays(place, bob) -> None:
    made = encoding.train_now(place, 100)
    live = living.live()
    encoded = live.teaching.encoded
    space = encoded.served.now
    assert encoded.made == made
    newer = encoding.train_now(place, 100)
    path = place / f"{newer.name}.weights"
    path.write_bytes(path.read_bytes()[:-100])
    for _ in range(3):
        encoded.look()
    assert (encoded.damaged, encoded.made, encoded.served.now) == (1, made, space)
    (place / files.MANIFEST).write_bytes(b"{")
    encoded.look()
    assert (encoded.damaged, encoded.served.now) == (2, space)
    assert modelcard.card(live.feeds)["encoder"]["made"] is None


def script(monkeypatch: Any, code: str) -> list[Any]:
    """Let a training be this script; return the list of those that were started."""
    begun: list[Any] = []

    def begin(**_: Any) -> Any:
        begun.append(nightly.subprocess.Popen([sys.executable, "-c", code], stderr=nightly.subprocess.PIPE))
        return begun[-1]

    monkeypatch.setattr(nightly, "begun", begin)
    return begun


def test_it_is_trained_at_its_hour_and_once_a_night_also_across_restarts(settings, tmp_path, monkeypatch) -> None:
    settings.PARVIS_ENCODER_HOUR = 3
    begun = script(monkeypatch, "")
    for hours in (-1, 1, 0, 0.1, 0.2):
        one = Nightly(tmp_path)
        one.look(NIGHT + 3600 * hours)
        if one.process is not None:
            one.process.wait(60)
            one.look(NIGHT)
    assert len(begun) == 1
    assert nightly.last(tmp_path) == (NIGHT, "")
    Nightly(tmp_path).look(NIGHT + 86_400)
    assert len(begun) == 2
    begun[1].communicate()
    assert nightly.last(tmp_path) == (NIGHT + 86_400, "it was ended before it was done")
    settings.PARVIS_ENCODER_HOUR = None
    Nightly(tmp_path).look(NIGHT + 2 * 86_400)
    assert len(begun) == 2


def test_what_went_wrong_is_kept_for_the_doctor(settings, tmp_path, monkeypatch) -> None:
    settings.PARVIS_ENCODER_HOUR = 3
    script(monkeypatch, "import sys; sys.exit('parvis: there are 3 likings')")
    one = Nightly(tmp_path)
    one.look(NIGHT)
    one.process.wait(60)
    one.look(NIGHT + 1)
    assert nightly.last(tmp_path) == (NIGHT, "there are 3 likings")
    (tmp_path / nightly.LAST).write_text("[]")
    assert nightly.last(tmp_path) is None


def test_a_training_that_takes_too_long_is_ended(settings, tmp_path, monkeypatch) -> None:
    settings.PARVIS_ENCODER_HOUR, settings.PARVIS_ENCODER_MINUTES = 3, 1
    script(monkeypatch, "import time; time.sleep(600)")
    one = Nightly(tmp_path)
    one.look(NIGHT)
    child = one.process
    one.look(NIGHT + 60)
    assert child.poll() is None
    one.look(NIGHT + 8 * 60 + 1)
    assert child.returncode == -9
    assert nightly.last(tmp_path) == (NIGHT, "it took too long")


def test_the_command_trains_within_limits_and_checks_bit_for_bit(place, tmp_path) -> None:
    environment = Learner(tmp_path).environment | {"PARVIS_ENCODER_HOUR": "3", "PARVIS_ENCODER_LIKINGS": "100"}

    def run(*more: str, **other: str) -> SimpleNamespace:
        return nightly.subprocess.run(
            [sys.executable, "-m", "parvis", "recommender", "train", *more], env=environment | other,
            capture_output=True, text=True, check=False,
        )  # fmt: skip

    done = run()
    assert done.returncode == 0, done.stderr
    assert "480 likings of 40 viewers, 60 clips" in done.stdout
    made = files.told(place)
    again = run("--here", "--check")
    assert (again.returncode, again.stdout) == (0, f"model {made.manifest.model[:16]}: the same, bit for bit\n")
    few = run("--here", PARVIS_ENCODER_LIKINGS="5000")
    assert (few.returncode, files.told(place)) == (2, made)
    assert "480 likings" in few.stderr


def test_other_rows_are_told_by_the_check(place) -> None:
    with pytest.raises(encoding.NotEnough, match="no model"):
        encoding.check(place)
    encoding.train_now(place, 100)
    assert "bit for bit" in encoding.check(place)
    Watch.objects.filter(pseudonym=UUID(int=7000)).delete()
    with pytest.raises(NotReproduced, match="rows, model"):
        encoding.check(place)
