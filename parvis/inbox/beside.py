"""What stands of this package on the pages of people: see `clips.places`."""

from django.template.loader import render_to_string

from parvis.accounts.models import Person
from parvis.accounts.viewer import Request


def write_to(request: Request, person: Person) -> str:
    """The way to a conversation with a person, for whoever is signed in."""
    return render_to_string("inbox/write_to.html", {"person": person}, request) if request.viewer.is_signed_in else ""
