"""From a file to a clip that plays."""

import pytest

from parvis.clips import queries, states
from parvis.clips.actions import Details, post_file
from parvis.clips.processing.steps import make_first
from parvis.clips.processing.sweep import clear_upload
from parvis.clips.tests.conftest import fresh, make_all, stored
from parvis.events.models import Event

# The heartbeat of a claim has a connection of its own.
pytestmark = pytest.mark.django_db(transaction=True)


def kinds_of(clip) -> list[str]:
    return list(Event.objects.filter(object=clip.id).order_by("id").values_list("kind", flat=True))


def test_a_posted_file_becomes_a_card(world, large_video, media_folder):
    clip = post_file(
        creator=world["alice"], path=large_video, details=Details(title="Pont", caption="Hello #Lyon @bob @nobody")
    )
    assert list(queries.feed_rows()) == []
    assert make_first()
    card = queries.cards([clip.id])[clip.id]
    assert card.title == "Pont"
    assert card.tags == ("lyon",)
    assert card.mentions == ("bob",)
    assert (card.width, card.height) == (720, 1280)
    assert card.poster.startswith(f"/media/{clip.id}/poster")
    assert len(card.renditions) == 1
    assert kinds_of(clip) == ["clip.processed", "clip.published"]

    make_all()
    clip = fresh(clip)
    assert clip.processing == states.READY
    widths = [one["width"] for one in queries.cards([clip.id])[clip.id].renditions]
    assert widths == sorted(widths)
    assert len(widths) >= 2
    assert kinds_of(clip) == ["clip.processed", "clip.published", "clip.changed"]

    while clear_upload():
        pass
    assert {name.split("/")[0] for name in stored(media_folder)} == {"clips"}
    assert {name.rsplit("/", 1)[1] for name in stored(media_folder)} == {
        "poster.webp",
        *clip.renditions.values_list("file", flat=True),
    }
