"""What this package asks of every act (see `accounts.permits`): words, measure, and contact with minors."""

import uuid
from datetime import date

from parvis.accounts.models import Person
from parvis.accounts.permits import COMMENT, MESSAGE, Act
from parvis.accounts.policies import age_band
from parvis.accounts.viewer import ADULT, UNDER_16
from parvis.cells.keys import unseal
from parvis.kit.clock import now
from parvis.safety.errors import NotAStranger, WordNotWelcome
from parvis.safety.matching import folded, hits
from parvis.safety.queries import says_blocked, words_of
from parvis.safety.trust import spend_trust
from parvis.social.queries import followed_among


def words(act: Act) -> bool:
    """Refuse blocked words (WordNotWelcome); let a comment wait that says a word of the clip's creator."""
    text = "\n".join(act.texts)
    if not text:
        return False
    if says_blocked(text):
        raise WordNotWelcome
    if act.kind != COMMENT or act.to is None or act.to == act.person:
        return False
    return hits(text, [folded(word.lstrip("#＃")) for word in words_of(act.to)])


def measure(act: Act) -> bool:
    """Refuse what is over the day's measure of the person's level of trust (TrustLimit)."""
    spend_trust(act.person, act.kind)
    return False


def contact(act: Act) -> bool:
    """Refuse messages between somebody under 16 and a stranger (NotAStranger)."""
    if act.kind == MESSAGE and act.to is not None and not may_contact(act.person, act.to):
        raise NotAStranger
    return False


def band_of(person: Person) -> str:
    """Return the age band of a person today."""
    born = date.fromisoformat(unseal(person.id, "accounts_privatedetails.birth_date", person.details.birth_date))
    return age_band(born, now().date())


def may_contact(one: uuid.UUID, other: uuid.UUID) -> bool:
    """Whether two people may write to each other: always, unless one is under 16; then only if both follow one
    another. Asked whoever begins."""
    people = {row.id: row for row in Person.objects.filter(id__in=[one, other]).select_related("details")}
    if len(people) < 2 or all(band_of(row) != UNDER_16 for row in people.values()):
        return True
    pairs = ((one, other), (other, one))
    return all(followed_among(person=a, home=people[a].home, creators=[b]) for a, b in pairs)


def may_notify_by_night(person: Person) -> bool:
    """Whether a person may be woken by a notification between 21:00 and 7:00 of their home: only adults may."""
    return band_of(person) == ADULT
