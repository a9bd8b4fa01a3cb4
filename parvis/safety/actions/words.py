"""Blocked words: the operator's, for everybody, and a creator's, for the comments on their clips."""

import uuid

from django.db import transaction

from parvis.accounts.errors import SignInNeeded
from parvis.accounts.models import Person
from parvis.accounts.viewer import Viewer
from parvis.cells.keys import seal
from parvis.safety.errors import BadWord
from parvis.safety.matching import folded, has_no_spaces
from parvis.safety.models import BlockedWord, WordList
from parvis.safety.policies import MANAGE, require
from parvis.safety.queries import WORDS

WORD_LONGEST = 60
WORDS_MOST = 200


def _clean(word: str) -> str:
    """Return a word as it is compared, without the # of a tag. BadWord for an empty or a very long one."""
    found = " ".join(folded(word.strip().lstrip("#＃")).split())
    if not found or len(found) > WORD_LONGEST:
        raise BadWord
    return found


@transaction.atomic
def block_word(*, by: Person, word: str) -> BlockedWord:
    """Let nobody write a word, phrase or tag; again is once. NotAModerator, BadWord."""
    require(by, MANAGE)
    found = _clean(word)
    made, _ = BlockedWord.objects.get_or_create(
        folded=found, defaults={"word": word.strip(), "is_phrase": " " in found or has_no_spaces(found)}
    )
    return made


@transaction.atomic
def allow_word(*, by: Person, word_id: uuid.UUID) -> None:
    """Take a word off the operator's list. NotAModerator."""
    require(by, MANAGE)
    BlockedWord.objects.filter(id=word_id).delete()


@transaction.atomic
def set_words(*, viewer: Viewer, words: list[str]) -> None:
    """Set the viewer's own words, at most WORDS_MOST: comments that say one wait. SignInNeeded, BadWord."""
    if viewer.person_id is None:
        raise SignInNeeded
    kept = [word.strip() for word in words if word.strip()]
    if len(kept) > WORDS_MOST or any(not _clean(word) for word in kept):
        raise BadWord
    if not kept:
        WordList.objects.filter(person_id=viewer.person_id).delete()
        return
    sealed = seal(viewer.person_id, WORDS, "\n".join(kept))
    WordList.objects.update_or_create(person_id=viewer.person_id, defaults={"home": viewer.home, "words": sealed})
