"""Questions about people."""

from dataclasses import dataclass

from parvis.accounts.models import Person
from parvis.accounts.viewer import Viewer


@dataclass(frozen=True)
class Profile:
    """What a viewer may see of a person: the public columns, and whether it is the viewer's own page."""

    person: Person
    is_own: bool

    @property
    def avatar_url(self) -> str | None:
        """Address of the picture, or None."""
        return f"/avatars/{self.person.avatar_key}" if self.person.avatar_key else None


def has_operator() -> bool:
    """Whether anybody operates this installation yet."""
    return Person.objects.filter(is_superuser=True, is_active=True).exists()


def person_by_handle(handle: str) -> Person | None:
    """Return the active person of a handle, in any case and with or without the @; None if there is none."""
    return Person.objects.filter(handle=handle.removeprefix("@").lower(), is_active=True).first()


def profile(person: Person, viewer: Viewer) -> Profile:
    """Return a person's profile for a viewer. Name, bio and picture are public, also of a private account."""
    return Profile(person, is_own=viewer.person_id == person.id)
