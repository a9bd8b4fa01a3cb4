"""Every odd file comes out upright and right, or is refused in the end with nothing left behind."""

from pathlib import Path

import av
import numpy as np
import pytest

from parvis.media.errors import MediaError
from parvis.media.limits import Limits
from parvis.media.poster import make_poster
from parvis.media.probe import probe
from parvis.media.tests.odd import BLUE, GREEN, RED, WHITE, make
from parvis.media.transcode import Rendition, transcode_first, transcode_rest

UPRIGHT = (RED, GREEN, BLUE, WHITE)
# What the player shows: (width, height), the four quarters clockwise by reading order, seconds, sound
PLAYABLE = {
    "plain": ((160, 240), UPRIGHT, 1.5, True),
    "no-audio": ((160, 240), UPRIGHT, 1.5, False),
    "silent-track": ((160, 240), UPRIGHT, 1.5, False),
    "mono-8khz": ((160, 240), UPRIGHT, 1.5, True),
    "surround": ((160, 240), UPRIGHT, 1.5, True),
    "turned-90": ((240, 160), (GREEN, WHITE, RED, BLUE), 1.5, True),
    "turned-180": ((160, 240), (WHITE, BLUE, GREEN, RED), 1.5, True),
    "turned-270": ((240, 160), (BLUE, RED, WHITE, GREEN), 1.5, True),
    "anamorphic": ((320, 120), UPRIGHT, 1.5, False),
    "odd-sides": ((160, 240), UPRIGHT, 1.5, True),
    "av1-opus": ((160, 240), UPRIGHT, 1.5, True),
    "ten-bit": ((160, 240), UPRIGHT, 1.5, False),
    "hdr-hlg": ((160, 240), UPRIGHT, 1.5, False),
    "hdr-pq": ((160, 240), UPRIGHT, 1.5, False),
    "late-start": ((160, 240), UPRIGHT, 1.5, True),
    "fragmented": ((160, 240), UPRIGHT, 1.5, True),
    "full-range": ((160, 240), UPRIGHT, 1.5, False),
    "gif": ((160, 240), UPRIGHT, 1.5, False),
    "thousand-fps": ((64, 64), UPRIGHT, 0.5, False),
    "still-with-song": ((160, 240), UPRIGHT, 2.0, True),
    "half-second": ((160, 240), UPRIGHT, 0.5, True),
    "variable-rate": ((160, 240), UPRIGHT, 2.6, False),
}
REFUSED = {
    "tiny": "too-small-picture",
    "one-picture": "too-short",
    "ten-hours": "too-long",
    "cut-moov-first": "damaged",
    "cut-no-moov": "damaged",
    "audio-only": "no-video",
    "song-with-cover": "no-video",
    "text": "not-a-video",
    "empty": "not-a-video",
    "picture": "not-a-video",
    "hls": "playlist",
    "concat": "playlist",
}


def final(source: Path, scratch: Path) -> list[Rendition]:
    known = probe(source)
    first = transcode_first(source, known, scratch)
    rest = transcode_rest(source, known, scratch, first=first.path)
    return rest if first.temporary else [first, *rest]


def middle_picture(path: Path) -> tuple[np.ndarray, float, float]:
    """A picture from the middle of the file, the first picture's time and the end of the last."""
    with av.open(str(path)) as container:
        frames = list(container.decode(video=0))
    last = frames[-1]
    chosen = frames[len(frames) // 2].to_ndarray(format="rgb24").astype(float)
    return chosen, float(frames[0].time), float(last.time + last.duration * last.time_base)


def corners(picture: np.ndarray) -> list[np.ndarray]:
    height, width, _ = picture.shape
    h, w = height // 4, width // 4
    middles = [(h, w), (h, 3 * w), (3 * h, w), (3 * h, 3 * w)]
    spot = max(2, min(h, w) // 3)
    return [np.median(picture[y - spot : y + spot, x - spot : x + spot], axis=(0, 1)) for y, x in middles]


@pytest.mark.parametrize("name", PLAYABLE)
def test_an_odd_file_plays_upright_in_its_colours_from_zero_to_its_end(name: str, tmp_path: Path) -> None:
    size, colours, seconds, sound = PLAYABLE[name]
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    made = final(make(name, tmp_path), scratch)[-1]
    assert (made.width, made.height) == size
    picture, start, end = middle_picture(made.path)
    assert picture.shape[1::-1] == size
    assert start == pytest.approx(0, abs=0.01)
    assert end == pytest.approx(seconds, abs=0.1)
    # HDR loses some brightness by design: tone mapping keeps room for what is brighter than white.
    tolerance = 75 if name.startswith("hdr") else 30
    for seen, wanted in zip(corners(picture), colours, strict=True):
        assert np.abs(seen - wanted).max() < tolerance, f"{seen} is not {wanted}"
    measured = probe(made.path)
    assert measured.has_audio is sound
    assert (measured.audio_channels, measured.sample_rate) == ((2, 48_000) if sound else (0, 0))
    if sound:
        assert measured.loudness == pytest.approx(-14, abs=0.7)


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_clip_is_refused_and_leaves_nothing(name: str, tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    source = make(name, tmp_path)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(MediaError) as refusal:
        final(source, scratch)
    assert refusal.value.code == REFUSED[name]
    assert sorted(tmp_path.rglob("*")) == before


def test_a_picture_beyond_the_limit_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    source = make("plain", tmp_path)
    with pytest.raises(MediaError) as refusal:
        probe(source, Limits(max_pixels=160 * 239))
    assert (refusal.value.code, refusal.value.params) == ("too-large-picture", {"max_pixels": 160 * 239})


def test_each_limit_is_named_in_its_refusal(tmp_path: Path) -> None:
    source = make("plain", tmp_path)
    for limits, code in (
        (Limits(max_bytes=1000), "too-big-file"),
        (Limits(max_duration_ms=600), "too-long"),
        (Limits(min_duration_ms=2000), "too-short"),
        (Limits(max_streams=1), "too-many-streams"),
        (Limits(min_edge=161), "too-small-picture"),
    ):
        with pytest.raises(MediaError) as refusal:
            probe(source, limits)
        assert refusal.value.code == code


def test_a_file_whose_pictures_do_not_decode_is_refused_after_the_attempt(tmp_path: Path) -> None:
    source = make("no-audio", tmp_path)
    known = probe(source)
    data = bytearray(source.read_bytes())
    start = data.index(b"mdat") + len(data) // 5
    data[start : start + len(data) * 3 // 4] = bytes(len(data) * 3 // 4)
    source.write_bytes(bytes(data[: len(source.read_bytes())]))
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    with pytest.raises(MediaError) as refusal:
        transcode_rest(source, known, scratch, first=None)
    assert refusal.value.code == "damaged"
    assert list(scratch.iterdir()) == []


def test_a_poster_is_upright_and_its_placeholder_small(tmp_path: Path) -> None:
    made = final(make("turned-90", tmp_path), tmp_path)[-1]
    poster = make_poster(made.path, tmp_path)
    assert (poster.width, poster.height) == (240, 160)
    assert poster.placeholder.startswith("data:image/webp;base64,")
    assert len(poster.placeholder) < 1000
    assert poster.path.stat().st_size == poster.bytes
    assert not list(tmp_path.glob("*.part"))
