"""The plan: arithmetic on a probe."""

from dataclasses import replace
from fractions import Fraction

import pytest

from parvis.media.ladder import can_copy, output_rate, plan
from parvis.media.probe import Probe

PHONE = Probe(
    duration_ms=10_000, video_ms=10_000, width=1080, height=1920, rotation=0, square_pixels=True, fps=30.0,
    peak_fps=30.0, variable_frame_rate=False, frames=300, video_index=0, video_codec="h264", pixel_format="yuv420p",
    bit_depth=8, full_range=False, matrix="bt709", transfer=None, interlaced=False, has_audio=True, audio_index=1,
    audio_codec="aac", audio_channels=2, sample_rate=48_000, loudness=-20.0,
    container="mov", clean_start=True, keyframe_errors=0,
    bytes=10_000_000,
)  # fmt: skip


def sizes(probe: Probe) -> list[tuple[int, int]]:
    return [(spec.width, spec.height) for spec in plan(probe)]


@pytest.mark.parametrize(
    ("source", "ladder"),
    [
        ((1080, 1920), [(360, 640), (540, 960), (720, 1280), (1080, 1920)]),
        ((1920, 1080), [(640, 360), (960, 540), (1280, 720), (1920, 1080)]),
        ((2160, 3840), [(360, 640), (540, 960), (720, 1280), (1080, 1920)]),
        ((541, 961), [(360, 640), (540, 960)]),
        ((480, 854), [(360, 640), (480, 854)]),
        ((320, 180), [(320, 180)]),
        ((17, 31), [(16, 30)]),
        ((720, 720), [(360, 360), (540, 540), (720, 720)]),
        ((4000, 100), [(2560, 64)]),
    ],
)
def test_rungs_go_by_the_short_edge_and_never_scale_up(source: tuple[int, int], ladder: list[tuple[int, int]]) -> None:
    assert sizes(replace(PHONE, width=source[0], height=source[1])) == ladder


@pytest.mark.parametrize(
    ("peak", "rate"),
    [
        (60, 30),
        (59.94, Fraction(30000, 1001)),
        (50, 25),
        (25, 25),
        (23.976, Fraction(24000, 1001)),
        (12.5, 12.5),
        (120, 30),
    ],
)
def test_more_than_30_pictures_a_second_are_divided_evenly(peak: float, rate: float | Fraction) -> None:
    assert output_rate(replace(PHONE, peak_fps=peak)) == pytest.approx(float(rate), abs=1e-6)


def test_1000_pictures_a_second_become_at_most_30() -> None:
    assert 25 < output_rate(replace(PHONE, peak_fps=1000.0)) <= 30


def test_the_first_rung_is_540p_unless_a_copy_plays_at_once() -> None:
    assert can_copy(PHONE)
    assert not any(spec.first for spec in plan(PHONE))
    turned = replace(PHONE, rotation=90)
    assert [spec.name for spec in plan(turned) if spec.first] == ["540p"]
    small = replace(PHONE, width=180, height=320, video_codec="hevc")
    assert [spec.name for spec in plan(small) if spec.first] == ["180p"]


@pytest.mark.parametrize(
    "odd",
    [
        {"video_codec": "hevc"}, {"pixel_format": "yuv420p10le"}, {"transfer": "hlg"}, {"rotation": 180},
        {"full_range": True}, {"square_pixels": False}, {"interlaced": True}, {"width": 1440, "height": 2560},
        {"peak_fps": 120.0}, {"bytes": 40_000_000}, {"container": "matroska"}, {"clean_start": False},
        {"keyframe_errors": 1},
        {"duration_ms": 11_000},
    ],
)  # fmt: skip
def test_only_what_every_browser_plays_is_copied(odd: dict[str, object]) -> None:
    assert not can_copy(replace(PHONE, **odd))


def test_a_light_source_does_not_grow() -> None:
    assert {spec.most_kbits for spec in plan(replace(PHONE, bytes=500_000))} == {520}
