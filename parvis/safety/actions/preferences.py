"""What people choose for themselves."""

from django.db import transaction

from parvis.accounts.errors import SignInNeeded
from parvis.accounts.viewer import ADULT, Viewer
from parvis.safety.errors import OnlyAdults
from parvis.safety.models import Preference


@transaction.atomic
def show_sensitive(*, viewer: Viewer, shows: bool) -> None:
    """Let sensitive clips play uncovered for the viewer, or cover them again. SignInNeeded; OnlyAdults."""
    if viewer.person_id is None:
        raise SignInNeeded
    if shows and viewer.age_band != ADULT:
        raise OnlyAdults
    Preference.objects.update_or_create(
        person_id=viewer.person_id, defaults={"home": viewer.home, "shows_sensitive": shows}
    )
