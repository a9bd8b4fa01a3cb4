"""Pictures of strangers, decoded within limits and written anew as WebP, without their metadata."""

import io
import warnings

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from parvis.media.errors import MediaError

# Decoders of Pillow's own and of libjpeg, libpng, libwebp; the rarer ones have had more holes than users.
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
MAX_BYTES = 20_000_000
MAX_PIXELS = 50_000_000  # a phone's largest photograph; 150 MB decoded
QUALITY = 82


def square_webp(data: bytes, edge: int = 256) -> bytes:
    """The middle square of a picture as WebP of at most `edge` pixels, upright, in sRGB, never scaled up.

    JPEG, PNG, WebP and GIF (its first picture). Raises MediaError "bad-image", "too-large-picture" or "too-big-file".
    """
    if len(data) > MAX_BYTES:
        raise MediaError("too-big-file", max_bytes=MAX_BYTES)
    image = _decoded(data, edge)
    side = min(edge, *image.size)
    square = ImageOps.fit(image, (side, side), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    square.save(out, "WEBP", quality=QUALITY, method=4)
    return out.getvalue()


def fitted_webp(data: bytes, edge: int = 1600) -> tuple[bytes, int, int]:
    """A picture as WebP, its longer side at most `edge` pixels, and its width and height. Else as `square_webp`."""
    if len(data) > MAX_BYTES:
        raise MediaError("too-big-file", max_bytes=MAX_BYTES)
    image = _decoded(data, edge)
    image.thumbnail((edge, edge), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    image.save(out, "WEBP", quality=QUALITY, method=4)
    return out.getvalue(), image.width, image.height


def _decoded(data: bytes, edge: int) -> Image.Image:
    try:
        with warnings.catch_warnings():
            # Pillow warns of what it takes for a bomb; the size is checked before anything is decoded.
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=FORMATS) as image:
                if image.width * image.height > MAX_PIXELS:
                    raise MediaError("too-large-picture", max_pixels=MAX_PIXELS)
                image.draft("RGB", (edge * 2, edge * 2))  # JPEG: decode at an eighth where that is enough
                image.load()
                profile = image.info.get("icc_profile")
                upright = ImageOps.exif_transpose(image)
                return _standard(upright, profile)
    except Image.DecompressionBombError:
        raise MediaError("too-large-picture", max_pixels=MAX_PIXELS) from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError):
        raise MediaError("bad-image") from None


def _standard(image: Image.Image, profile: bytes | None) -> Image.Image:
    """The picture in sRGB; transparency on white."""
    if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
        layer = image.convert("RGBA")
        ground = Image.new("RGBA", layer.size, "white")
        return Image.alpha_composite(ground, layer).convert("RGB")
    if profile and image.mode == "RGB":
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"))
            return converted or image
        except ImageCms.PyCMSError:
            return image  # a broken profile: the colours as they are
    return image.convert("RGB")
