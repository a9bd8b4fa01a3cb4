"""Clean WebVTT: what a stranger uploads is parsed strictly and written anew (W3C WebVTT, sections 4 and 6).

Kept: cue times, cue text, line breaks, `<i>`, `<b>`, `<u>` and `<v Speaker>`. Dropped: STYLE and REGION blocks,
notes, cue names and settings, classes, colours, ruby and time tags, and every tag that is not WebVTT's.
"""

import re
from html import unescape

from parvis.media.errors import MediaError

MAX_BYTES = 300_000
MAX_CUES = 2000
MAX_CUE_CHARACTERS = 600
MAX_SECONDS = 3600.0

TIME = re.compile(r"(?:(\d{2,4}):)?([0-5]\d):([0-5]\d)\.(\d{3})", re.ASCII)
ARROW = re.compile(r"^(\S+)[ \t]+-->[ \t]+(\S+)(?:[ \t]+.*)?$")
TAG = re.compile(r"<(/?)([a-z]+|[\d:.]+)(?:\.[^\s>]*)?(?:[ \t]+([^>]*))?>", re.IGNORECASE)
ENTITY = re.compile(r"&(?!(?:amp|lt|gt|lrm|rlm|nbsp);)")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff]")
KEPT = frozenset({"i", "b", "u"})


def clean_captions(data: bytes) -> bytes:
    """Return `data` as clean WebVTT in UTF-8, cues in their order, each with times and text only.

    Raises MediaError "bad-captions" with the 1-based `line` where it is wrong: not UTF-8, no WEBVTT header, bad or
    reversed times, too many or too long cues, or none.
    """
    if len(data) > MAX_BYTES:
        raise MediaError("bad-captions", line=1)
    lines = _lines(data)
    if not re.match(r"^WEBVTT(?:[ \t].*)?$", lines[0]):
        raise MediaError("bad-captions", line=1)
    cues: list[str] = []
    number = _after_block(lines, 0)
    while number < len(lines):
        end = _after_block(lines, number)
        cue = _cue(lines, number, end)
        if cue:
            cues.append(cue)
        if len(cues) > MAX_CUES:
            raise MediaError("bad-captions", line=number + 1)
        number = end
    if not cues:
        raise MediaError("bad-captions", line=len(lines))
    return ("WEBVTT\n\n" + "\n".join(cues)).encode()


def spoken(data: bytes) -> str:
    """Return the words of clean WebVTT (`clean_captions`), a cue a line."""
    blocks = data.decode().split("\n\n")[1:]
    return "\n".join(
        unescape(TAG.sub("", " ".join(block.strip().split("\n")[1:]))) for block in blocks if block.strip()
    )


def _lines(data: bytes) -> list[str]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise MediaError("bad-captions", line=data[: error.start].count(b"\n") + 1) from None
    return CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).split("\n")


def _after_block(lines: list[str], number: int) -> int:
    """The first line of the next block: past this one's lines and the empty ones that end it."""
    while number < len(lines) and lines[number].strip():
        number += 1
    while number < len(lines) and not lines[number].strip():
        number += 1
    return number


def _cue(lines: list[str], start: int, end: int) -> str:
    """One block as a clean cue; "" for notes, styles and regions."""
    block = [line for line in lines[start:end] if line.strip()]
    if not block or re.match(r"^(NOTE|STYLE|REGION)(\s|$)", block[0]):
        return ""
    first = 0 if "-->" in block[0] else 1
    arrow = ARROW.match(block[first].strip()) if first < len(block) else None
    times = [TIME.fullmatch(value) for value in arrow.groups()] if arrow else [None, None]
    begin, finish = (_seconds(match, start + first + 1) for match in times)
    if not begin < finish <= MAX_SECONDS or any("-->" in line for line in block[first + 1 :]):
        raise MediaError("bad-captions", line=start + first + 1)
    text = "\n".join(filter(None, (clean_text(line) for line in block[first + 1 :])))
    if len(text) > MAX_CUE_CHARACTERS:
        raise MediaError("bad-captions", line=start + first + 2)
    return f"{_stamp(begin)} --> {_stamp(finish)}\n{text}\n" if text else ""


def _seconds(match: re.Match[str] | None, line: int) -> float:
    if match is None:
        raise MediaError("bad-captions", line=line)
    hours, minutes, seconds, thousandths = (int(group or 0) for group in match.groups())
    return hours * 3600 + minutes * 60 + seconds + thousandths / 1000


def _stamp(seconds: float) -> str:
    whole, thousandths = divmod(round(seconds * 1000), 1000)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}.{thousandths:03}"


def clean_text(line: str) -> str:
    """Cue text with only the tags we keep, balanced on its line; every other `<`, `>` and `&` escaped."""
    out: list[str] = []
    still_open: list[str] = []
    position = 0
    for match in TAG.finditer(line):
        out.append(_escaped(line[position : match.start()]))
        out.append(_tag(match, still_open))
        position = match.end()
    out.append(_escaped(line[position:]))
    out += [f"</{name}>" for name in reversed(still_open)]
    return "".join(out).strip()


def _tag(match: re.Match[str], still_open: list[str]) -> str:
    closing, name, rest = match.group(1), match.group(2).lower(), match.group(3)
    if closing:
        if still_open and still_open[-1] == name:
            still_open.pop()
            return f"</{name}>"
        return ""
    if name in KEPT:
        still_open.append(name)
        return f"<{name}>"
    speaker = _escaped((rest or "").strip())[:80]
    if name == "v" and speaker and "v" not in still_open:
        still_open.append("v")
        return f"<v {speaker}>"
    return ""


def _escaped(text: str) -> str:
    return ENTITY.sub("&amp;", text).replace("<", "&lt;").replace(">", "&gt;")
