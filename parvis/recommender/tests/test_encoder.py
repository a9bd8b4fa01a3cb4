"""The nightly encoder on planted data: order is learned, a new clip has its place, and a model is whole or not used."""

import os
import signal
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest

from parvis.recommender.catalogue import Catalogue, Clip
from parvis.recommender.disk import Damaged
from parvis.recommender.encoder import files
from parvis.recommender.encoder.model import Encoder, Training, train, weights
from parvis.recommender.encoder.rows import Limits, kinds, liked, names_of, rows, sequences
from parvis.recommender.encoder.space import Space
from parvis.recommender.foryou import encoded
from parvis.recommender.interface import Events, events_of, joined
from parvis.recommender.manifest import Manifest, NotReproduced, arrays_hash, of, verify
from parvis.recommender.near import Served
from parvis.recommender.nextitem.network import Network
from parvis.recommender.snapshots import Array
from parvis.recommender.tests.world import NOW, clips
from parvis.recommender.viewers import Request, Viewer

N, STEP = 120, 7  # whoever liked clip i likes clip i + 7 next
QUICK = Training(epochs=50, events=500, rate=6e-3)


def world() -> Catalogue:
    catalogue = Catalogue()
    catalogue.add(clips(N, creators=N))
    return catalogue


def planted(viewers: int = 60, length: int = 14) -> Events:
    random = np.random.default_rng(5)
    starts = random.integers(0, N, viewers)
    return joined([
        events_of(key + 1, (start + STEP * np.arange(length)) % N, 0, 40_000.0, 0, NOW - 1e5 + 10.0 * np.arange(length))
        for key, start in enumerate(starts.tolist())
    ])  # fmt: skip


@pytest.fixture(scope="module")
def taught() -> dict[str, Array]:
    return dict(rows(world(), planted()))


@pytest.fixture(scope="module")
def model(taught: dict[str, Array]) -> dict[str, Array]:
    return train(taught, 3, QUICK)


def follower(at: int, length: int = 5) -> tuple[Viewer, Request]:
    viewer = Viewer()
    viewer.taste.liked = ((at + STEP * np.arange(-length + 1, 1)) % N).astype(np.int32)
    viewer.taste.events = length
    viewer.seen.add(viewer.taste.liked)
    return viewer, Request(viewer=viewer, n=8, now=NOW, random=np.random.default_rng(1))


def test_rows_are_the_same_in_any_order_and_only_likings_teach() -> None:
    catalogue, events = world(), planted()
    skipped = events_of(9, [1, 2, 3], 1, 300.0, 0, NOW)
    mixed = joined([events, skipped]).take(np.random.default_rng(2).permutation(len(events) + 3))
    assert arrays_hash(rows(catalogue, events)) == arrays_hash(rows(catalogue, mixed))
    assert len(liked(skipped, catalogue)) == 0


def test_rows_keep_the_clips_liked_most_and_the_last_likings_of_each_viewer() -> None:
    catalogue = world()
    events = joined([
        events_of(1, [5, 5, 6, 7, 8], 0, 40_000.0, 0, NOW + np.arange(5)), events_of(2, [6, 7, 8], 0, 40_000.0, 0, NOW),
        events_of(3, [6, 7, 8, 9], 0, 40_000.0, 0, NOW + np.arange(4)),
    ])  # fmt: skip
    made = rows(catalogue, events, Limits(clips=3, length=2))
    assert set(made["names"].tolist()) == set(names_of(catalogue.raw[[6, 7, 8]]).tolist())
    found = [names_of(catalogue.raw[[clip]])[0] for clip in (7, 8)]
    assert made["names"][sequences(made)[0]].tolist() == found
    assert len(sequences(rows(catalogue, events_of(0, [], 0)))) == 0


def test_a_name_is_not_the_id_and_two_clips_have_two(tmp_path: Path) -> None:
    catalogue = world()
    names = names_of(catalogue.raw[:N])
    assert len(np.unique(names)) == N
    assert all(names.tobytes().find(one.bytes[8:]) < 0 for one in catalogue.ids)


def test_what_is_served_scores_as_the_trained_network_does(taught: dict[str, Array]) -> None:
    network = Network(len(taught["names"]), 64, blocks=2, epochs=1, kinds=kinds(taught["features"], 4096))
    network.fit(sequences(taught))
    encoder = Encoder(weights(network) | {"names": taught["names"]})
    history = np.array([3, 10, 17, 24, 40])
    vectors = encoder.vectors(taught["features"], np.arange(len(taught["names"])))
    mine = vectors @ encoder.state(vectors[history]) + network.bias.value
    assert np.allclose(mine, network.score([history])[0], atol=2e-4)


@pytest.mark.parametrize("at", [0, 31, 77, 118])
def test_who_follows_a_planted_order_is_offered_what_comes_next(model: dict[str, Array], at: int) -> None:
    catalogue = world()
    following, around = encoded(catalogue, Served(Space.build(catalogue, Encoder(model))))
    _, request = follower(at)
    found = following.find(request)
    assert (at + STEP) % N in found[:3].tolist()
    assert not np.isin(found, request.viewer.taste.liked).any()
    assert len(around.find(request)) == 16


def test_without_a_model_or_for_a_newcomer_nothing_is_found(model: dict[str, Array]) -> None:
    catalogue = world()
    _, request = follower(5)
    newcomer = Request(viewer=Viewer(), n=8, now=NOW, random=np.random.default_rng(1))
    space = Space.build(catalogue, Encoder(model))
    for source in encoded(catalogue, Served()):
        assert len(source.find(request)) == 0
    for source in encoded(catalogue, Served(space)):
        assert len(source.find(newcomer)) == 0


def test_a_new_clip_is_found_at_once_by_what_it_is_like(model: dict[str, Array]) -> None:
    catalogue = world()
    space = Space.build(catalogue, Encoder(model))
    like = clips(N, creators=N)[40]
    new = int(catalogue.add([Clip(UUID(int=77), like.creator, like.market, like.language, like.tags)])[0])
    space.refresh()
    assert new in space.search(space.vectors(np.array([new]))[0], 3, 8).ids
    _, request = follower(40, 1)
    assert new in encoded(catalogue, Served(space))[1].find(request)
    assert len(space) == N + 1


def keep(folder: Path, taught: dict[str, Array], model: dict[str, Array], name: str = "1") -> files.Made:
    made = files.Made(of(taught, 3, model), name, NOW, NOW, len(taught["clip"]), 60, N)
    files.keep(folder, made, model, Space.build(world(), Encoder(model)))
    return made


def test_trained_again_from_the_manifest_it_is_the_same_bit_for_bit(tmp_path: Path, taught: dict[str, Array]) -> None:
    once = Training(epochs=2)
    made = keep(tmp_path, taught, train(taught, 3, once))
    told = files.told(tmp_path)
    assert told == made
    verify(told.manifest, taught, lambda again, seed: train(again, seed, once))
    fewer = dict(rows(world(), planted(59)))
    with pytest.raises(NotReproduced) as error:
        verify(told.manifest, fewer, lambda again, seed: train(again, seed, once))
    assert error.value.differs == ("rows", "model")


def test_what_is_kept_finds_the_same_in_a_catalogue_of_another_order(
    tmp_path: Path, taught: dict[str, Array], model: dict[str, Array]
) -> None:
    made = keep(tmp_path, taught, model)
    other = Catalogue()
    other.add(clips(N, creators=N)[::-1])
    other.add([Clip(UUID(int=5), UUID(int=4), tags=("opera",))])
    space = files.read(tmp_path, made, other)
    mine = Space.build(world(), Encoder(model))
    found = space.search(space.encoder.state(space.vectors(N - 1 - np.array([3, 10]))), 4, 8).ids
    wanted = mine.search(mine.encoder.state(mine.vectors(np.array([3, 10]))), 4, 8).ids
    assert (N - 1 - found).tolist() == wanted.tolist()
    assert len(space) == N + 1


@pytest.mark.parametrize("name", ["1.weights", "1.vectors", "manifest.json"])
def test_a_damaged_file_is_told(tmp_path: Path, taught: dict[str, Array], model: dict[str, Array], name: str) -> None:
    made = keep(tmp_path, taught, model)
    path = tmp_path / name
    whole = path.read_bytes()
    half = len(whole) // 2
    spoilt = b"" if name == "manifest.json" else whole[: half - 20] + b"x" * 40 + whole[half + 20 :]
    for wrong in (whole[:half], spoilt, b""):
        path.write_bytes(wrong)
        with pytest.raises(Damaged):
            files.read(tmp_path, files.told(tmp_path) or made, world())


def test_another_model_under_the_manifest_is_told(
    tmp_path: Path, taught: dict[str, Array], model: dict[str, Array]
) -> None:
    keep(tmp_path, taught, model)
    wrong = files.Made(Manifest("", "", 3, (), "0" * 64), "1", NOW, NOW, 0, 0, 0)
    with pytest.raises(Damaged, match="not those of the manifest"):
        files.read(tmp_path, wrong, world())


def test_only_one_process_trains_in_a_folder(tmp_path: Path) -> None:
    with files.owned(tmp_path), pytest.raises(files.Busy), files.owned(tmp_path):
        pass


def killed_after(calls: int, work: Callable[[], object]) -> int:
    """Do some work in a process that is killed at its call number `calls` of the system; return how that ended."""
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1]
    left = [calls]

    def counted(real: Callable[..., object]) -> Callable[..., object]:
        def call(*given: object, **more: object) -> object:
            left[0] -= 1
            if left[0] < 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*given, **more)

        return call

    for name in ("open", "write", "fsync", "replace", "unlink"):
        setattr(os, name, counted(getattr(os, name)))
    work()
    os._exit(0)


def test_killed_at_any_moment_there_is_one_whole_model(
    tmp_path: Path, taught: dict[str, Array], model: dict[str, Array]
) -> None:
    space, names, calls, status = Space.build(world(), Encoder(model)), [], 0, -1
    one, other = (files.Made(of(taught, 3, model), name, NOW, NOW, 1, 1, N) for name in "12")
    while status != 0:
        files.keep(tmp_path, one, model, space)
        status = killed_after(calls, lambda: files.keep(tmp_path, other, model, space))
        assert status in {0, signal.SIGKILL}
        made = files.told(tmp_path)
        assert made is not None
        files.read(tmp_path, made, world())
        names.append(made.name)
        calls += 2
    assert names == sorted(names)
    assert len(names) > 5
    assert {"1", "2"} == set(names[:-1])
    assert {path.stem for path in tmp_path.iterdir()} == {"manifest", "2"}
