"""Avatars."""

import io
import struct
import zlib

import pytest
from PIL import Image

from parvis.media.errors import MediaError
from parvis.media.images import square_webp


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(square_webp(data)))


def test_the_middle_square_is_taken_and_not_enlarged() -> None:
    picture = Image.new("RGB", (300, 100), "red")
    picture.paste((0, 0, 255), (100, 0, 200, 100))
    made = opened(saved(picture, "PNG"))
    assert (made.format, made.size) == ("WEBP", (100, 100))
    red, _, blue = made.convert("RGB").getpixel((50, 50))
    assert blue > 200 > 60 > red


def test_a_photograph_is_turned_upright_and_loses_its_metadata() -> None:
    picture = Image.new("RGB", (400, 400), "white")
    picture.paste((255, 0, 0), (0, 0, 400, 200))
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "a camera"
    made = opened(saved(picture, "JPEG", exif=exif))
    assert not made.getexif()
    right, left = made.convert("RGB").getpixel((240, 128)), made.convert("RGB").getpixel((16, 128))
    assert right[1] < 60 < 200 < left[1]


@pytest.mark.parametrize("data", [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"\x89PNG\r\n\x1a\n" + b"0" * 40])
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(MediaError) as refusal:
        square_webp(data)
    assert refusal.value.code == "bad-image"


def test_a_cut_picture_is_refused() -> None:
    whole = saved(Image.effect_noise((200, 200), 80).convert("RGB"), "JPEG")
    with pytest.raises(MediaError) as refusal:
        square_webp(whole[: len(whole) // 3])
    assert refusal.value.code == "bad-image"


def test_a_bomb_is_refused_by_its_header() -> None:
    header = struct.pack(">IIBBBBB", 40_000, 40_000, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + b"IHDR" + header + struct.pack(">I", zlib.crc32(b"IHDR" + header))
    with pytest.raises(MediaError) as refusal:
        square_webp(
            b"\x89PNG\r\n\x1a\n" + chunk + struct.pack(">I", 0) + b"IDAT" + struct.pack(">I", zlib.crc32(b"IDAT"))
        )
    assert refusal.value.code == "too-large-picture"
