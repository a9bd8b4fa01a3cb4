"""A clip's words: title, caption, alternative text; what a caption mentions; and where they lie.

While nobody but the creator may see a clip, its words are sealed under the creator's key.
"""

import re
import unicodedata
from dataclasses import asdict, dataclass
from typing import Final

import orjson

from parvis.accounts.models import Person
from parvis.cells.keys import seal, unseal
from parvis.clips.errors import BadWords
from parvis.clips.models import ALT_LONGEST, CAPTION_LONGEST, TITLE_LONGEST, Clip, Tag
from parvis.kit.letters import MARKS

COLUMN: Final = "clips_clip.sealed_words"
TAGS_MOST: Final = 30
MENTIONS_MOST: Final = 20
# A tag is letters, marks, digits and joiners after a # that does not follow one of them (Unicode UAX 31, hashtags).
TAG = re.compile(rf"(?<![\w{MARKS}#&/])[#＃]([\w{MARKS}\u200c\u200d·]{{1,60}})")
MENTION = re.compile(r"(?<![\w@./])[@＠]([A-Za-z0-9_.]{2,24})")
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class Words:
    """What the creator wrote."""

    title: str = ""
    caption: str = ""
    alt: str = ""


def clean(text: str, longest: int) -> str:
    """Return a text without control characters and outer space. BadWords if it is longer than `longest`."""
    text = CONTROL.sub("", unicodedata.normalize("NFC", text.replace("\r\n", "\n"))).strip()
    if len(text) > longest:
        raise BadWords
    return text


def cleaned(words: Words) -> Words:
    """Return words as they are stored. BadWords if one is too long."""
    return Words(
        title=clean(words.title.replace("\n", " "), TITLE_LONGEST),
        caption=clean(words.caption, CAPTION_LONGEST),
        alt=clean(words.alt, ALT_LONGEST),
    )


def normal_tag(tag: str) -> str:
    """Return the form under which a tag is found, whatever its case and composition."""
    return unicodedata.normalize("NFKC", tag).casefold().strip("_·")


def tags_of(text: str) -> list[str]:
    """Return the #tags of a text in their order, each once, folded. One of digits only is a number, not a tag."""
    found = dict.fromkeys(normal_tag(tag) for tag in TAG.findall(text))
    return [tag for tag in found if tag and not tag.isdecimal()][:TAGS_MOST]


def mentions_of(text: str) -> list[str]:
    """Return the @handles of a text in their order, each once, in lower case, whether or not they exist."""
    return list(dict.fromkeys(handle.rstrip(".").lower() for handle in MENTION.findall(text)))[:MENTIONS_MOST]


def words_of(clip: Clip) -> Words:
    """Return the words of a clip, for its creator, wherever they lie."""
    if clip.sealed_words is None:
        return Words(clip.title, clip.caption, clip.alt)
    return Words(**orjson.loads(unseal(clip.creator_id, COLUMN, clip.sealed_words)))


def _welcome(tags: list[str]) -> list[str]:
    """Return those of some tags that are not withheld; each is known from now on. In one order, so that two who publish
    at once do not wait for each other."""
    if not tags:
        return []
    Tag.objects.bulk_create([Tag(tag=tag) for tag in sorted(tags)], ignore_conflicts=True)
    withheld = set(Tag.objects.filter(tag__in=tags, is_withheld=True).values_list("tag", flat=True))
    return [tag for tag in tags if tag not in withheld]


def place_words(clip: Clip, words: Words) -> list[str]:
    """Put words where the clip's state wants them, on the loaded row; return the columns to save.

    Open to others: in the clear, with tags and mentions of people that exist. Otherwise: sealed, and nothing else.
    """
    if clip.is_open:
        clip.title, clip.caption, clip.alt, clip.sealed_words = words.title, words.caption, words.alt, None
        clip.tags = _welcome(tags_of(f"{words.title}\n{words.caption}"))
        named = mentions_of(f"{words.title}\n{words.caption}")
        known = set(Person.objects.filter(handle__in=named, is_active=True).values_list("handle", flat=True))
        clip.mentions = [handle for handle in named if handle in known]
    else:
        clip.title = clip.caption = clip.alt = ""
        clip.tags, clip.mentions = [], []
        text = orjson.dumps(asdict(words)).decode()
        clip.sealed_words = seal(clip.creator_id, COLUMN, text) if words != Words() else None
    return ["title", "caption", "alt", "sealed_words", "tags", "mentions"]
