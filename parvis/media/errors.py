"""The one error of this package: a stable code for the caller to translate, with its parameters."""

from collections.abc import Mapping

# code -> English default. Placeholders name the keys of `params`; the codes and keys are the contract.
MESSAGES: Mapping[str, str] = {
    "not-a-video": "This file is not a video that can be read.",
    "no-video": "This file has no picture, only sound or other data.",
    "playlist": "This file is a list that points to other files, not a video.",
    "unsupported": "This kind of video ({codec}) is not supported.",
    "too-big-file": "This file is larger than {max_bytes} bytes.",
    "too-short": "This video is shorter than {min_ms} milliseconds.",
    "too-long": "This video is longer than {max_ms} milliseconds.",
    "too-large-picture": "The picture has more than {max_pixels} pixels.",
    "too-small-picture": "The picture is less than {min_edge} pixels wide or high.",
    "too-many-streams": "This file has more than {max_streams} tracks.",
    "damaged": "This file is damaged or incomplete.",
    "timed-out": "Reading this file took too long.",
    "bad-captions": "The captions are not valid WebVTT (line {line}).",
    "bad-image": "This file is not a picture that can be read.",
}


class MediaError(Exception):
    """A file is refused. `code` is a key of MESSAGES; `params` fills the placeholders of its message."""

    def __init__(self, code: str, **params: int | str) -> None:
        """Raise KeyError at once when the code or one of its parameters is missing: a mistake of ours."""
        super().__init__(MESSAGES[code].format(**params))
        self.code = code
        self.params = params

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (self.code, self.params)


def _rebuild(code: str, params: dict[str, int | str]) -> MediaError:
    return MediaError(code, **params)
