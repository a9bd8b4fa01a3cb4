"""Real recordings, where the folder of test material is: what the probe says of them."""

from pathlib import Path

import pytest

from parvis.media.errors import MediaError
from parvis.media.probe import probe

pytestmark = pytest.mark.material

SHOWN = {
    "rot90_phone_mono_datatracks_0.5s.mp4": (1080, 1920, 270, True),
    "rot180_vfr_mono_android.mp4": (1280, 720, 180, True),
    "rot270_metadata_noaudio.mp4": (720, 1280, 270, False),
    "hevc_iphone_704x1280_yuvj420p.mp4": (704, 1280, 0, False),
    "vp9_odd_dims_541x961.webm": (541, 961, 0, True),
    "anim.gif": (320, 180, 0, False),
}
REFUSED = {
    "audio_only.mp4": "no-video",
    "bomb_10hours_1fps.mp4": "too-long",
    "evil_hls_renamed.mp4": "playlist",
    "png_renamed.mp4": "not-a-video",
    "text_renamed.mp4": "not-a-video",
    "truncated_moov_first.mp4": "damaged",
    "truncated_no_moov.mp4": "damaged",
}


@pytest.mark.parametrize("name", SHOWN)
def test_a_real_odd_file_is_seen_as_it_is_shown(name: str, material: Path) -> None:
    known = probe(material / "media" / "odd" / name)
    assert (known.width, known.height, known.rotation, known.has_audio) == SHOWN[name]


@pytest.mark.parametrize("name", REFUSED)
def test_a_real_broken_file_is_refused(name: str, material: Path) -> None:
    with pytest.raises(MediaError) as refusal:
        probe(material / "media" / "odd" / name)
    assert refusal.value.code == REFUSED[name]


def test_a_silent_track_is_no_sound(material: Path) -> None:
    known = probe(material / "media" / "video" / "coffee_720p_silenttrack.mp4")
    assert (known.audio_index, known.has_audio, known.loudness) == (1, False, None)


def test_hdr_and_variable_rate_are_noticed(material: Path) -> None:
    hdr = probe(material / "media" / "odd" / "hdr_hlg_10bit_hevc.mp4")
    assert (hdr.transfer, hdr.bit_depth, hdr.matrix) == ("hlg", 10, "bt2020nc")
    varying = probe(material / "media" / "odd" / "vfr_30_12_60.mp4")
    assert (varying.variable_frame_rate, varying.peak_fps) == (True, 30)
