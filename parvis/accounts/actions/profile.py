"""What people change about themselves: profile, privacy, language."""

import secrets
import uuid

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from parvis.accounts import kinds
from parvis.accounts.bounds import bounds_of
from parvis.accounts.errors import NotAPicture, UnknownLanguage
from parvis.accounts.models import Person
from parvis.events.actions import record
from parvis.media.errors import MediaError
from parvis.media.images import square_webp

AVATAR_EDGE = 256
AVATAR_BYTES = 10 * 1024 * 1024


def avatar_path(key: str) -> str:
    """Return where the picture of a key lies in the storage."""
    return f"avatars/{key}.webp"


@transaction.atomic
def change(person: Person, **columns: str | bool) -> None:
    """Change columns of a person's profile or settings; an event names the columns that changed, never the values.
    SetByAnother where the account is to be open and a guardian keeps it private."""
    changed = sorted(name for name, value in columns.items() if getattr(person, name) != value)
    if not changed:
        return
    if "is_private" in changed and not columns["is_private"]:
        bounds = bounds_of(person.id)
        bounds.check("is_kept_private", holds=not bounds.is_kept_private)
    for name in changed:
        setattr(person, name, columns[name])
    person.save(update_fields=changed)
    record(kinds.CHANGED, home=person.home, actor=person.id, object=person.id, data={"changed": changed})


def change_language(person: Person, language: str) -> None:
    """Change the language that a person reads. UnknownLanguage if it is not offered here."""
    if language not in dict(settings.LANGUAGES):
        raise UnknownLanguage
    change(person, language=language)


def set_avatar(person: Person, data: bytes) -> None:
    """Make a person's picture of an uploaded file: cut square, scaled, and re-encoded, so that nothing else survives.

    Raises NotAPicture; the old picture stays then. The new file is written first, the row changes next, the old file
    goes last, so a crash leaves at most a file that no row names.
    """
    if len(data) > AVATAR_BYTES:
        raise NotAPicture
    try:
        picture = square_webp(data, AVATAR_EDGE)
    except MediaError as error:
        raise NotAPicture from error
    key = secrets.token_hex(16)
    default_storage.save(avatar_path(key), ContentFile(picture))
    _replace_avatar(person, key)


def remove_avatar(person: Person) -> None:
    """Take a person's picture away."""
    _replace_avatar(person, "")


def withheld_path(key: str) -> str:
    """Return where a picture lies that nobody may see for now."""
    return f"withheld/{key}.webp"


@transaction.atomic
def withhold_avatar(person_id: uuid.UUID) -> str:
    """Take a person's picture away so that it can be given back: its file moves to where no address leads. Returns its
    key, empty if there was none. The copy is made first: a crash leaves at most a file that no row names."""
    person = Person.objects.select_for_update().get(id=person_id)
    key = str(person.avatar_key)
    if key:
        _move(avatar_path(key), withheld_path(key))
        change(person, avatar_key="")
    return key


@transaction.atomic
def give_back_avatar(person_id: uuid.UUID, key: str) -> None:
    """Undo `withhold_avatar`, unless the person has chosen another picture meanwhile."""
    person = Person.objects.select_for_update().get(id=person_id)
    if key and not person.avatar_key and default_storage.exists(withheld_path(key)):
        _move(withheld_path(key), avatar_path(key))
        change(person, avatar_key=key)


def _move(here: str, there: str) -> None:
    if not default_storage.exists(there):
        with default_storage.open(here) as file:
            default_storage.save(there, ContentFile(file.read()))
    transaction.on_commit(lambda: default_storage.delete(here))


def _replace_avatar(person: Person, key: str) -> None:
    with transaction.atomic():
        locked = Person.objects.select_for_update().get(id=person.id)
        old = locked.avatar_key
        change(locked, avatar_key=key)
        if old:
            transaction.on_commit(lambda: default_storage.delete(avatar_path(old)))
    person.avatar_key = key
