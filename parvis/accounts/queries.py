"""Questions about people."""

import hmac
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db.models import QuerySet

from parvis.accounts.devices import parts
from parvis.accounts.errors import NoSuchPerson, SignInNeeded
from parvis.accounts.kinds import SESSION_ENDED
from parvis.accounts.models import Block, BlockedBy, EmailCode, Identity, Person, PrivateDetails, Token
from parvis.accounts.policies import age_band
from parvis.accounts.viewer import FRESH_MS, Viewer
from parvis.cells.keys import blind_index, unseal
from parvis.events.models import Event
from parvis.kit.clock import now
from parvis.kit.ids import first_id

SUBJECT = "accounts_identity.subject_index"
EMAIL = "accounts_privatedetails.email"
BIRTH_DATE = "accounts_privatedetails.birth_date"
PENDING_EMAIL = "accounts_emailcode.email"


@dataclass(frozen=True)
class Profile:
    """What a viewer may see of a person: the public columns, and whether it is the viewer's own page."""

    person: Person
    is_own: bool

    @property
    def avatar_url(self) -> str | None:
        """Address of the picture, or None."""
        return f"/avatars/{self.person.avatar_key}" if self.person.avatar_key else None


@dataclass(frozen=True)
class WaysIn:
    """How a person can sign in: a password, how many passkeys; and whether a second step is asked after a password."""

    password: bool
    passkeys: int
    second_step: bool
    recovery_codes: int


@dataclass(frozen=True)
class SignIn:
    """One session of a person, as the list shows it."""

    key: str
    name: str
    browser: str
    system: str
    since: datetime
    seen: datetime
    is_current: bool


def age_band_of(person: Person) -> str:
    """Return the age band of a person today. KeyMissing where the person's key is gone."""
    born = date.fromisoformat(unseal(person.id, BIRTH_DATE, person.details.birth_date))
    return age_band(born, now().date())


def has_operator() -> bool:
    """Whether anybody operates this installation yet."""
    return Person.objects.filter(is_superuser=True, is_active=True).exists()


def set_up_code() -> str:
    """Return the code that a stranger to this machine needs to make the first operator's account.

    It is derived from the installation's secret, so every process knows it and nothing is stored; it is worth nothing
    once there is an operator.
    """
    digest = hmac.digest(settings.SECRET_KEY.encode(), b"set-up", "sha256")
    return "-".join(f"{int.from_bytes(digest[at : at + 4]) % 10_000:04d}" for at in (0, 4, 8))


def person_by_handle(handle: str) -> Person | None:
    """Return the active person of a handle, in any case and with or without the @; None if there is none.

    For signing in and for operators; what somebody sees goes through `for_viewer`."""
    return Person.objects.filter(handle=handle.removeprefix("@").lower(), is_active=True).first()


def people_by_handles(handles: Iterable[str]) -> list[Person]:
    """Return the active people of some handles: for telling them something, never for showing them to somebody."""
    return list(Person.objects.filter(handle__in=list(handles), is_active=True))


@dataclass(frozen=True)
class PeopleFor:
    """Whom one viewer may see. Two people are apart where either has blocked the other."""

    viewer: Viewer

    def apart(self) -> frozenset[uuid.UUID]:
        """Return everybody who is apart from the viewer: nothing of them is shown to the viewer. One query."""
        return apart_from(self.viewer.person_id)

    def is_apart_from(self, person: uuid.UUID) -> bool:
        """Whether the viewer and a person are apart."""
        return are_apart(self.viewer.person_id, person)

    def named(self, handle: str) -> Person:
        """Return the active person of a handle. NoSuchPerson if there is none, or not for this viewer."""
        person = person_by_handle(handle)
        if person is None or self.is_apart_from(person.id):
            raise NoSuchPerson
        return person

    def some(self, ids: Iterable[uuid.UUID | str]) -> QuerySet[Person]:
        """Those of some people whom the viewer may see, in no order."""
        return Person.objects.filter(id__in=list(ids), is_active=True).exclude(id__in=self.apart())

    def handles_among(self, handles: Iterable[str]) -> list[str]:
        """Return those of some handles whose people the viewer may see."""
        found = Person.objects.filter(handle__in=list(handles), is_active=True)
        return list(found.exclude(id__in=self.apart()).values_list("handle", flat=True)) if handles else []

    def blocked(self) -> list[Block]:
        """Return whom the viewer has blocked, the latest first, with `blocked` loaded."""
        return list(self._blocks().filter(blocked__is_active=True).order_by("-id"))

    def blocked_named(self, handle: str) -> Person:
        """Return a person whom the viewer has blocked. NoSuchPerson otherwise."""
        found = self._blocks().filter(blocked__handle=handle.removeprefix("@").lower()).first()
        if found is None:
            raise NoSuchPerson
        return found.blocked

    def _blocks(self) -> QuerySet[Block]:
        mine = Block.objects.select_related("blocked")
        return mine.filter(person_id=self.viewer.person_id) if self.viewer.person_id else mine.none()

    def may_load_picture(self, key: str) -> bool:
        """Whether the picture of a key is not one of somebody who is apart from the viewer."""
        apart = self.apart()
        return not apart or not Person.objects.filter(id__in=apart, avatar_key=key).exists()


def for_viewer(viewer: Viewer) -> PeopleFor:
    """Return whom a viewer may see: the only door."""
    return PeopleFor(viewer)


def apart_from(person: uuid.UUID | None) -> frozenset[uuid.UUID]:
    """Return everybody who is apart from a person: blocked by them or blocking them. One query."""
    if person is None:
        return frozenset()
    blocked = Block.objects.filter(person_id=person).values_list("blocked_id")
    return frozenset(
        one for (one,) in blocked.union(BlockedBy.objects.filter(person_id=person).values_list("blocker_id"))
    )


def are_apart(one: uuid.UUID | None, other: uuid.UUID) -> bool:
    """Whether two people are apart: either has blocked the other."""
    if one is None or one == other:
        return False
    mine = Block.objects.filter(person_id=one, blocked_id=other).values_list("id")
    return mine.union(BlockedBy.objects.filter(person_id=one, blocker_id=other).values_list("id")).exists()


def profile(person: Person, viewer: Viewer) -> Profile:
    """Return a person's profile for a viewer. Name, bio and picture are public, also of a private account."""
    return Profile(person, is_own=viewer.person_id == person.id)


def ways_in(person: Person) -> WaysIn:
    """Return how a person can sign in."""
    mine = list(Authenticator.objects.filter(user=person))
    codes = next((one for one in mine if one.type == Authenticator.Type.RECOVERY_CODES), None)
    return WaysIn(
        password=person.has_usable_password(),
        passkeys=sum(one.type == Authenticator.Type.WEBAUTHN for one in mine),
        second_step=any(one.type == Authenticator.Type.TOTP for one in mine),
        recovery_codes=len(codes.wrap().get_unused_codes()) if codes else 0,
    )


def passkeys_of(person: Person) -> list[Authenticator]:
    """Return a person's passkeys, oldest first."""
    return list(Authenticator.objects.filter(user=person, type=Authenticator.Type.WEBAUTHN).order_by("id"))


def sign_ins(person: Person, current: str | None) -> list[SignIn]:
    """Return a person's living sessions, the current one first, then by when each was last seen."""
    rows = UserSession.objects.raw(
        """select u.* from usersessions_usersession u join django_session s using (session_key)
           where u.user_id = %s and s.expire_date > now()
           order by u.session_key = %s desc, u.last_seen_at desc""",
        [person.id, current or ""],
    )
    return [
        SignIn(
            row.session_key,
            str(row.pk),
            *parts(row.user_agent),
            row.created_at,
            row.last_seen_at,
            row.session_key == current,
        )
        for row in rows
    ]


def sessions_ended_lately() -> list[str]:
    """Return the names of sessions that ended while a cookie which names them could still be trusted, the oldest
    first."""
    since = first_id(now() - timedelta(milliseconds=2 * FRESH_MS))  # twice: clocks differ
    ended = Event.objects.filter(id__gte=since, kind=SESSION_ENDED).order_by("id")
    return [str(data.get("session", "")) for data in ended.values_list("data", flat=True)]


def email_of(person: Person) -> str | None:
    """Return a person's verified address, for their own eyes, or None."""
    details = PrivateDetails.objects.get(person=person)
    return unseal(person.id, EMAIL, details.email) if details.email and details.email_verified_at else None


def has_email(person: uuid.UUID) -> bool:
    """Whether letters can reach a person: they have shown that an address is theirs."""
    return PrivateDetails.objects.filter(person_id=person, email_verified_at__isnull=False).exists()


def waiting_email(person: Person) -> str | None:
    """Return the address that waits for its code, for its owner's eyes, or None."""
    code = EmailCode.objects.filter(person=person, purpose=EmailCode.VERIFY).first()
    return unseal(person.id, PENDING_EMAIL, code.email) if code and code.email else None


def email_indexes(address: str) -> list[bytes]:
    """Return the blind indexes of an address in every home where somebody has one."""
    homes = PrivateDetails.objects.filter(email_index__isnull=False).values_list("home", flat=True).distinct()
    return [blind_index(home, EMAIL, address) for home in homes]


def email_is_anothers(person: Person, address: str) -> bool:
    """Whether an address is verified for another account. Never shown: only a letter to the address says it."""
    taken = PrivateDetails.objects.filter(email_index__in=email_indexes(address), email_verified_at__isnull=False)
    return taken.exclude(person=person).exists()


def identity_of(person: Person) -> Identity | None:
    """Return what signs a person in from elsewhere, or None."""
    return Identity.objects.filter(person=person).first()


def person_by_subject(subject: str) -> Person | None:
    """Return whom an account elsewhere signs in, whether their account is open or not; None for nobody."""
    homes = Identity.objects.values_list("home", flat=True).distinct()
    indexes = [blind_index(home, SUBJECT, subject) for home in homes]
    found = Identity.objects.select_related("person").filter(subject_index__in=indexes).first()
    return found.person if found else None


def tokens_of(person: Person) -> list[Token]:
    """Return a person's tokens, the newest first, also those past their day."""
    return list(Token.objects.filter(person=person).order_by("-id"))


def person_of(viewer: Viewer) -> Person:
    """Return the signed-in viewer's own row. SignInNeeded for a visitor."""
    found = Person.objects.filter(id=viewer.person_id, is_active=True)
    person: Person | None = found.first() if viewer.is_signed_in else None
    if person is None:
        raise SignInNeeded
    return person
