"""PDQ bit by bit as its authors compute it, and what a likeness stands."""

import numpy as np
import pytest

from parvis.media import pdq
from parvis.media.errors import MediaError
from parvis.media.likeness import BYTES, FORMS, PLACES, alike, likeness, of_pictures, share, trimmed


def stones() -> np.ndarray:
    """A picture of whole numbers, 240 x 360 x 3."""
    down, across = np.arange(240)[:, None], np.arange(360)[None, :]
    red, green, blue = (down * down // 7 + across * 3), (down * 5 + across * across // 11), (down * across // 13)
    return np.stack(np.broadcast_arrays(red % 256, green % 256, blue % 256), -1).astype(np.uint8)


def scenes(seed: int, count: int = 16) -> np.ndarray:
    """Pictures of one clip: soft shapes that wander."""
    dice = np.random.default_rng(seed)
    down, across = np.mgrid[0:192, 0:108] / 108
    found = np.zeros((count, 192, 108))
    for _ in range(14):
        y, x, width, light = dice.uniform(0, 1.8), dice.uniform(0, 1), dice.uniform(0.05, 0.3), dice.uniform(-1, 1)
        way = dice.uniform(-0.02, 0.02, 2)
        for number in range(count):
            far = (down - y - way[0] * number) ** 2 + (across - x - way[1] * number) ** 2
            found[number] += light * (far < width**2)
    return np.clip(128 + 50 * found, 0, 255).astype(np.uint8)


# Made with pdqhash 0.2.8 (PyPI), which wraps the C++ of facebook/ThreatExchange: `compute` and `compute_dihedral`.
KNOWN = "71eb65bf45eb4faf7fbb3f3f7ffbd2008104f24001241a501700fe50d700fe40"
TURNED = [
    *("71eb65bf45eb4faf", "35be50fb10d752fb", "60ebfa514582f851", "35beaf0410d7ad04"),
    *("01c7fb47ce458f5f", "014454ba8a01f4ba", "5411fe10df545e10", "541101efdf54a1ef"),
]


def test_a_hash_is_that_of_the_reference_bit_by_bit():
    waves, quality = pdq.transform(pdq.luma(stones()))
    assert (pdq.hexadecimal(pdq.bits(waves)), quality) == (KNOWN, 100)


def test_the_eight_turned_hashes_are_those_of_the_reference():
    waves, _ = pdq.transform(pdq.luma(stones()))
    assert sorted(pdq.hexadecimal(one)[:16] for one in pdq.bits(pdq.turned(waves))) == sorted(TURNED)


def test_a_turned_hash_is_the_hash_of_the_turned_picture():
    picture = scenes(1)[0].astype(np.float32)
    turned = pdq.bits(pdq.turned(pdq.transform(picture)[0]))
    really = [picture, picture[:, ::-1], picture[::-1], picture[::-1, ::-1], picture.T, picture[:, ::-1].T]
    for guess, one in zip(turned, really, strict=False):
        apart = np.bitwise_count(guess ^ pdq.bits(pdq.transform(np.ascontiguousarray(one))[0])).sum()
        assert apart <= 20
    assert np.bitwise_count(turned[0] ^ turned[1]).sum() > 60


def test_a_flat_picture_is_too_poor_to_be_told_from_others():
    assert pdq.transform(np.full((100, 100), 90, np.float32))[1] == 0
    assert of_pictures(np.full((16, 100, 100), 90, np.uint8)).shown == b""
    assert share(b"", of_pictures(scenes(1)).shown) == 0


def test_a_likeness_has_its_hashes_in_the_order_that_it_says():
    found = of_pictures(scenes(1))
    assert len(found.asked) == 8 * FORMS * BYTES
    assert len(found.shown) == 16 * PLACES * BYTES


@pytest.mark.parametrize(
    "change",
    [
        lambda films: films,
        lambda films: films[:, :, ::-1],
        lambda films: films[:, ::-1],
        lambda films: films[:, 5:-5, 3:-3],
        lambda films: films[:, 19:-19, 11:-11],
        lambda films: films[:, 19:-19, 11:-11][:, :, ::-1],
        lambda films: films[:, : 192 * 4 // 5],
        lambda films: films[:, : 192 * 9 // 10, : 108 * 9 // 10],
        lambda films: np.pad(films, ((0, 0), (30, 30), (20, 20)), constant_values=255),
        lambda films: np.clip(films.astype(int) * 0.8 + 40, 0, 255).astype(np.uint8),
    ],
    ids=["same", "mirrored", "upside-down", "crop-5", "crop-20", "crop-mirrored", "below", "corner", "border", "light"],
)
def test_a_changed_copy_is_alike(change):
    assert alike(of_pictures(np.ascontiguousarray(change(scenes(1)))).asked, of_pictures(scenes(1)).shown)


def test_another_clip_is_not():
    shown = of_pictures(scenes(1)).shown
    assert [share(of_pictures(scenes(seed)).asked, shown) for seed in range(2, 8)] == [0] * 6


def test_some_pictures_of_another_clip_do_not_make_it_alike():
    mixed = np.concatenate([scenes(1)[:6], scenes(2)[6:]])
    assert 0 < share(of_pictures(mixed).asked, of_pictures(scenes(1)).shown) < 0.5


def test_plain_borders_are_left_out_and_a_plain_picture_stays_whole():
    films = scenes(1)
    assert trimmed(np.pad(films, ((0, 0), (40, 10), (0, 0)))).shape[1] <= 192
    assert trimmed(np.full((3, 50, 60), 7, np.uint8)).shape == (3, 50, 60)


def test_a_file_that_is_no_video_is_refused(tmp_path):
    (tmp_path / "x.mp4").write_bytes(b"no video")
    with pytest.raises(MediaError, match="damaged"):
        likeness(tmp_path / "x.mp4")
