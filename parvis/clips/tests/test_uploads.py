"""Who may upload, and what a broken, slow or doubled connection leaves."""

import base64

import pytest

from parvis.clips import actions, states
from parvis.clips.models import Clip, Part, Upload
from parvis.clips.tests.conftest import stored
from parvis.clips.tests.test_tus import Tus, tus
from parvis.clips.words import words_of

__all__ = ["tus"]  # the fixture
pytestmark = pytest.mark.urls("parvis.clips.urls")


def test_visitors_cannot_upload(client, db):
    assert Tus(client).create(10).status_code == 401
    assert not Upload.objects.exists()


def test_strangers_find_nothing_and_change_nothing(tus, signed_in):
    url = tus.begun(10)
    tus.patch(url, 0, b"abcd")
    stranger = Tus(signed_in("bob"))
    assert stranger.head(url).status_code == 404
    assert stranger.patch(url, 4, b"ef").status_code == 404
    assert stranger.delete(url).status_code == 404
    clip = str(Clip.objects.get().id)
    metadata = {"Upload-Metadata": f"clip {base64.b64encode(clip.encode()).decode()}"}
    assert stranger.create(3, **metadata).status_code == 404
    assert tus.head(url)["Upload-Offset"] == "4"
    assert Upload.objects.count() == 1


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_pages_of_other_sites_cannot_upload(tus, headers):
    assert tus.create(10, **headers).status_code == 403
    assert not Upload.objects.exists()


def test_our_own_page_may_upload(tus):
    assert tus.create(10, Origin="http://testserver").status_code == 201


def test_too_many_unfinished_uploads_are_refused(tus, settings):
    settings.PARVIS_RATE_LIMITS = False
    for _ in range(20):
        assert tus.create(10).status_code == 201
    assert tus.create(10).status_code == 429
    assert Upload.objects.count() == 20


def test_the_file_name_is_not_stored_in_the_clear(tus):
    name = base64.b64encode(b"holiday-secret.mp4").decode()
    tus.create(10, **{"Upload-Metadata": f"filename {name}"})
    assert b"holiday-secret" not in bytes(Upload.objects.get().filename)


class Broken:
    """A stream that breaks off."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def read(self, size: int) -> bytes:
        if not self.data:
            raise OSError("the connection was lost")
        chunk, self.data = self.data[:size], self.data[size:]
        return chunk


def test_a_connection_that_breaks_keeps_what_arrived(tus):
    from parvis.clips.actions import receive

    url = tus.begun(10)
    assert receive(upload=Upload.objects.get(), offset=0, stream=Broken(b"abcdef")) == 6
    assert tus.head(url)["Upload-Offset"] == "6"
    assert tus.patch(url, 6, b"ghij").status_code == 204


def test_a_large_body_is_stored_in_pieces_of_bounded_size(tus, monkeypatch):
    monkeypatch.setattr("parvis.clips.storage.PIECE", 4)
    url = tus.begun(10)
    tus.patch(url, 0, b"abcdefghij")
    assert [part.length for part in Part.objects.order_by("start")] == [4, 4, 2]


def test_a_newer_connection_takes_over_and_the_older_one_changes_nothing(tus, media_folder):
    from parvis.clips.actions import receive
    from parvis.clips.errors import OtherOffset

    url = tus.begun(10)

    class Slow:
        def read(self, size: int) -> bytes:
            tus.patch(url, 0, b"abc")
            return b""[:size] if Part.objects.count() > 1 else b"zzz"

    with pytest.raises(OtherOffset):
        receive(upload=Upload.objects.get(), offset=0, stream=Slow())
    assert tus.head(url)["Upload-Offset"] == "3"
    assert len(stored(media_folder)) == 1


def test_a_draft_takes_another_file_instead_of_its_unfinished_one(tus, world):
    url = tus.begun(10)
    tus.patch(url, 0, b"abc")
    clip = Clip.objects.get()
    actions.describe(creator=world["alice"].id, clip_id=clip.id, details=actions.Details(title="Kept"))
    metadata = {"Upload-Metadata": f"clip {base64.b64encode(str(clip.id).encode()).decode()}"}
    other = tus.create(20, **metadata)
    assert other.status_code == 201
    assert tus.head(url).status_code == 410
    assert Upload.objects.get(state=states.OPEN).clip_id == clip.id
    assert words_of(Clip.objects.get()).title == "Kept"


def test_post_with_the_type_of_a_part_and_no_bytes_opens_an_upload(tus):
    assert tus.create_with(10, b"").status_code == 201
