"""Blocking and muting. A block is between two people and both feel it; a mute is felt by nobody but who mutes."""

import uuid

from django.db import transaction

from parvis.accounts.actions import blocking
from parvis.accounts.models import Person
from parvis.accounts.viewer import Viewer
from parvis.cells.keys import blind_index, seal
from parvis.clips.words import normal_tag, tags_of
from parvis.events.actions import record
from parvis.kit.wordlist import folded
from parvis.social import kinds
from parvis.social.actions.around import end_follows, hold_pair, person_of
from parvis.social.errors import BadMute, CannotMuteYourself, TooManyMutes
from parvis.social.models import MUTED_LONGEST, MUTED_TEXT, PERSON, TAG, WORD, Mute

MUTES_MOST = 500


@transaction.atomic
def block(*, viewer: Viewer, person: Person) -> None:
    """Block a person: neither sees anything of the other, and follows between them end. Twice is once.

    Raises SignInNeeded, CannotBlockYourself, TooManyBlocks."""
    me = person_of(viewer)
    hold_pair(me, person.id)
    blocking.block(viewer=viewer, person=person)
    end_follows(me, person.id)


@transaction.atomic
def unblock(*, viewer: Viewer, person: Person) -> None:
    """Block a person no longer. Follows stay ended. Raises SignInNeeded."""
    hold_pair(person_of(viewer), person.id)
    blocking.unblock(viewer=viewer, person=person)


@transaction.atomic
def mute_person(*, viewer: Viewer, person: Person) -> None:
    """Keep a person's clips out of the viewer's feeds, and their comments out of sight. Nobody is told.

    Raises SignInNeeded, CannotMuteYourself, TooManyMutes."""
    me = person_of(viewer)
    if me == person.id:
        raise CannotMuteYourself
    _check_room(me)
    defaults = {"home": viewer.home, "kind": PERSON}
    _, is_new = Mute.objects.get_or_create(person_id=me, muted=person, defaults=defaults)
    if is_new:
        _tell(viewer)


@transaction.atomic
def unmute_person(*, viewer: Viewer, person: Person) -> None:
    """Mute a person no longer. Raises SignInNeeded."""
    if Mute.objects.filter(person_id=person_of(viewer), muted=person).delete()[0]:
        _tell(viewer)


@transaction.atomic
def mute_text(*, viewer: Viewer, text: str) -> Mute:
    """Mute a word or a few (whole words, whatever their case), or with a # before it a tag. Returns the row.

    Raises SignInNeeded, BadMute for what is neither, TooManyMutes."""
    me = person_of(viewer)
    kind, text = _kind_of(text)
    _check_room(me)
    index = blind_index(viewer.home, MUTED_TEXT, text)
    sealed = seal(me, MUTED_TEXT, text)
    defaults = {"home": viewer.home, "text": sealed}
    row, is_new = Mute.objects.get_or_create(person_id=me, kind=kind, text_index=index, defaults=defaults)
    if is_new:
        _tell(viewer)
    return row


@transaction.atomic
def unmute(*, viewer: Viewer, mute_id: uuid.UUID) -> None:
    """Take one of the viewer's own mutes back; one that is gone stays gone. Raises SignInNeeded."""
    if Mute.objects.filter(id=mute_id, person_id=person_of(viewer)).delete()[0]:
        _tell(viewer)


def _kind_of(text: str) -> tuple[str, str]:
    word = folded(text)
    if word.startswith("#"):
        tag = normal_tag(word[1:])
        if tags_of(f"#{tag}") != [tag]:
            raise BadMute
        return TAG, tag
    if not any(letter.isalnum() for letter in word) or len(word) > MUTED_LONGEST:
        raise BadMute
    return WORD, word


def _check_room(me: uuid.UUID) -> None:
    if Mute.objects.filter(person_id=me)[MUTES_MOST - 1 :].exists():
        raise TooManyMutes


def _tell(viewer: Viewer) -> None:
    record(kinds.MUTES_CHANGED, home=viewer.home, actor=viewer.person_id)
