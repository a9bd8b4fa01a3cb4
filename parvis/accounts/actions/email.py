"""E-mail addresses: optional, sealed, verified by a code; and a new password by a code."""

import hmac
import uuid
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F

from parvis.accounts import kinds
from parvis.accounts.actions.credentials import check_new_password, set_password
from parvis.accounts.errors import WrongCode
from parvis.accounts.models import EmailCode, Person, PrivateDetails
from parvis.accounts.queries import EMAIL, PENDING_EMAIL, email_indexes, email_is_anothers
from parvis.cells.keys import blind_index, seal, unseal
from parvis.events.actions import record, wake
from parvis.kit.clock import now

LIFE = timedelta(minutes=30)
ATTEMPTS = 5


def code_hash(code: EmailCode, digits: str) -> bytes:
    """Return what is stored of six digits: a keyed hash that holds for this row alone."""
    return hmac.digest(settings.SECRET_KEY.encode(), f"email-code:{code.id}:{digits}".encode(), "sha256")


@transaction.atomic
def ask_to_verify(person: Person, address: str) -> EmailCode:
    """Send a code to an address that the person wants to use. The address is stored sealed, beside the one in use."""
    EmailCode.objects.filter(person=person, purpose=EmailCode.VERIFY).delete()
    code = EmailCode.objects.create(
        home=person.home,
        person=person,
        purpose=EmailCode.VERIFY,
        language=person.language,
        email=seal(person.id, PENDING_EMAIL, address),
        email_index=blind_index(person.home, EMAIL, address),
        expires_at=now() + LIFE,
        send_at=now(),
    )
    transaction.on_commit(wake)
    return code


def verify(person: Person, digits: str) -> None:
    """Make the waiting address the person's, if the code is right. WrongCode otherwise, and if another has it."""
    code = EmailCode.objects.filter(person=person, purpose=EmailCode.VERIFY).first()
    if code is None or code.email is None:
        raise WrongCode
    _use(code, digits)
    address = unseal(person.id, PENDING_EMAIL, code.email)
    try:
        with transaction.atomic():
            if email_is_anothers(person, address):
                raise WrongCode
            PrivateDetails.objects.filter(person=person).update(
                email=seal(person.id, EMAIL, address),
                email_index=blind_index(person.home, EMAIL, address),
                email_verified_at=now(),
            )
            code.delete()
            record(kinds.CHANGED, home=person.home, actor=person.id, object=person.id, data={"changed": ["email"]})
    except IntegrityError as error:  # another account verified it in the same moment
        raise WrongCode from error


@transaction.atomic
def remove_email(person: Person) -> None:
    """Forget the person's address, and one that waits."""
    EmailCode.objects.filter(person=person).delete()
    PrivateDetails.objects.filter(person=person).update(email=None, email_index=None, email_verified_at=None)
    record(kinds.CHANGED, home=person.home, actor=person.id, object=person.id, data={"changed": ["email"]})


@transaction.atomic
def ask_for_reset(address: str, *, home: str, language: str) -> uuid.UUID:
    """Send a code for a new password to an address, if it is somebody's. Returns the id of the request.

    The work is the same for every address: the same queries, one row, and the letter written later by the worker.
    """
    indexes = email_indexes(address)
    details = PrivateDetails.objects.filter(
        email_index__in=indexes, email_verified_at__isnull=False, person__is_active=True
    )
    owner = details.select_related("person").order_by("id").first()
    EmailCode.objects.filter(email_index__in=indexes, purpose=EmailCode.RESET).delete()
    code = EmailCode.objects.create(
        home=owner.home if owner else home,
        person=owner.person if owner else None,
        purpose=EmailCode.RESET,
        language=owner.person.language if owner else language,
        email_index=bytes(owner.email_index or b"") if owner else blind_index(home, EMAIL, address),
        expires_at=now() + LIFE,
        send_at=now(),
    )
    transaction.on_commit(wake)
    return code.id


def reset_password(request_id: uuid.UUID, digits: str, password: str) -> Person:
    """Give the person of a reset request a new password, and end every session. Raises WrongCode, WeakPassword."""
    check_new_password(password, None)  # before an attempt is spent
    code = EmailCode.objects.select_related("person").filter(id=request_id, purpose=EmailCode.RESET).first()
    if code is None:
        raise WrongCode
    _use(code, digits)
    person = code.person
    if person is None or not person.is_active:
        raise WrongCode
    with transaction.atomic():
        set_password(person, password, keep_session=None)
        code.delete()
    return person


def _use(code: EmailCode, digits: str) -> None:
    """Count an attempt, committed before the answer is looked at; raise WrongCode unless the digits are right."""
    open_ = EmailCode.objects.filter(id=code.id, attempts__lt=ATTEMPTS, expires_at__gt=now())
    counted = open_.update(attempts=F("attempts") + 1)
    right = hmac.compare_digest(bytes(code.code_hash or b""), code_hash(code, "".join(digits.split())))
    if not counted or not right:
        raise WrongCode
