"""What may be found at all: what everybody may read."""

import uuid
from collections.abc import Collection

from django.db.models import QuerySet

from parvis.accounts.models import Person
from parvis.clips import states
from parvis.clips.cards import open_clips
from parvis.clips.models import Clip


def clips_to_find(ids: Collection[uuid.UUID] | None = None) -> QuerySet[Clip]:
    """Clips that everybody may see; or of those only `ids`."""
    clips = open_clips().filter(audience=states.EVERYONE, creator__is_private=False)
    return clips if ids is None else clips.filter(id__in=list(ids))


def people_to_find(ids: Collection[uuid.UUID] | None = None) -> QuerySet[Person]:
    """People who are here, private accounts too: name, bio and picture of those are public."""
    people = Person.objects.filter(is_active=True)
    return people if ids is None else people.filter(id__in=list(ids))
