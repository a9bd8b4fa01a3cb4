"""How people stand to each other, as the policies about messages ask it."""

import uuid
from collections.abc import Iterable, Sequence
from typing import Final

from parvis.accounts.bounds import bounds_of, stricter
from parvis.accounts.models import Person
from parvis.accounts.queries import age_band_of, apart_from
from parvis.inbox.models import Chat, Preferences
from parvis.inbox.models.chats import OPEN
from parvis.inbox.models.notices import EVERYONE
from parvis.inbox.policies import Party, Standing, Tie, may_be_together, standing
from parvis.social.models import ACCEPTED, Follow

NAMESPACE: Final = uuid.UUID("6b1f7f0e-2f0b-5c8e-9a51-0d4c7c6e8f10")


def conversation_of(one: uuid.UUID, other: uuid.UUID) -> uuid.UUID:
    """Return the one conversation of two people: the same whoever begins, so that two who begin at once meet."""
    first, second = sorted([one, other])
    return uuid.uuid5(NAMESPACE, f"{first}:{second}")


def group_of(creator: uuid.UUID, nonce: uuid.UUID) -> uuid.UUID:
    """Return the conversation of a group: making it again with the same `nonce` finds the first."""
    return uuid.uuid5(NAMESPACE, f"group:{creator}:{nonce}")


def party_of(person: Person) -> Party:
    """Return what the policies need to know of a person."""
    takes = Preferences.objects.filter(person=person).values_list("messages_from", flat=True).first()
    band = age_band_of(person)
    return Party(band, stricter(takes or EVERYONE, bounds_of(person.id, band).messages))


def _follows(one: uuid.UUID, others: Iterable[uuid.UUID]) -> tuple[set[uuid.UUID], set[uuid.UUID]]:
    """Return whom of `others` a person follows, and who of them follows the person."""
    rows = Follow.objects.filter(state=ACCEPTED)
    ids = list(others)
    follows = set(rows.filter(follower_id=one, followed_id__in=ids).values_list("followed_id", flat=True))
    return follows, set(rows.filter(followed_id=one, follower_id__in=ids).values_list("follower_id", flat=True))


def standings(writer: Person, readers: Sequence[Person]) -> dict[uuid.UUID, Standing]:
    """Return how a message of `writer` to each of `readers` alone would arrive."""
    ids = [reader.id for reader in readers]
    follows, followed_by = _follows(writer.id, ids)
    conversations = {conversation_of(writer.id, reader): reader for reader in ids}
    known = set(
        Chat.objects.filter(conversation__in=conversations, person_id__in=ids, state=OPEN).values_list(
            "person_id", flat=True
        )
    )
    me, apart = party_of(writer), apart_from(writer.id)
    return {
        reader.id: standing(
            me,
            party_of(reader),
            Tie(
                writer_follows=reader.id in follows,
                reader_follows=reader.id in followed_by,
                is_known=reader.id in known,
                is_apart=reader.id in apart,
            ),
        )
        for reader in readers
    }


def are_friends(one: uuid.UUID, others: Iterable[uuid.UUID]) -> bool:
    """Whether a person and all others follow each other."""
    ids = set(others) - {one}
    follows, followed_by = _follows(one, ids)
    return follows >= ids and followed_by >= ids


def may_be_a_group(people: Sequence[Person]) -> bool:
    """Whether these people may be in one group."""
    ids = [person.id for person in people]
    return may_be_together(((party_of(one), are_friends(one.id, ids)) for one in people), count=len(people))


def may_hear(author: Person, people: Sequence[Person]) -> set[uuid.UUID]:
    """Return which members of a group hear an author: nobody who is apart from them; of those under 16 only friends,
    and the reverse."""
    ids = [person.id for person in people]
    follows, followed_by = _follows(author.id, ids)
    friends = Tie(writer_follows=True, reader_follows=True, is_known=True)
    strangers = Tie(is_known=True)
    me, apart = party_of(author), apart_from(author.id)
    return {
        one.id
        for one in people
        if one.id not in apart
        and standing(me, party_of(one), friends if one.id in follows & followed_by else strangers) != Standing.REFUSED
    }
