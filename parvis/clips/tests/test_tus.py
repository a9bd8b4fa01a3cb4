"""The upload endpoint keeps to tus 1.0.0: core, creation, creation-with-upload, termination, checksum, expiration."""

import base64
import hashlib
from datetime import timedelta

import pytest

from parvis.clips import states
from parvis.clips.actions import expire_upload
from parvis.clips.models import Clip, Upload
from parvis.clips.tests.conftest import stored
from parvis.kit.clock import now

pytestmark = pytest.mark.urls("parvis.clips.urls")

BODY = "application/offset+octet-stream"


class Tus:
    """A bare client: one method for each request of the protocol."""

    def __init__(self, client) -> None:
        self.client = client

    def create(self, length, **headers):
        given = {"Tus-Resumable": "1.0.0", **headers}
        if length is not None:
            given["Upload-Length"] = str(length)
        return self.client.post("/uploads/", headers=given)

    def create_with(self, length, data, **headers):
        given = {"Tus-Resumable": "1.0.0", "Upload-Length": str(length), **headers}
        return self.client.generic("POST", "/uploads/", data, content_type=BODY, headers=given)

    def head(self, url, **headers):
        return self.client.head(url, headers={"Tus-Resumable": "1.0.0", **headers})

    def patch(self, url, offset, data, kind=BODY, **headers):
        given = {"Tus-Resumable": "1.0.0", "Upload-Offset": str(offset), **headers}
        return self.client.generic("PATCH", url, data, content_type=kind, headers=given)

    def delete(self, url):
        return self.client.delete(url, headers={"Tus-Resumable": "1.0.0"})

    def begun(self, length=10):
        return self.create(length)["Location"].removeprefix("http://testserver")


def checksum(name, data):
    return {"Upload-Checksum": f"{name} {base64.b64encode(hashlib.new(name, data).digest()).decode()}"}


@pytest.fixture
def tus(signed_in):
    return Tus(signed_in("alice"))


def test_options_tells_version_extensions_size_and_checksums(client, db, settings):
    answer = client.options("/uploads/")
    assert answer.status_code == 204
    assert answer["Tus-Version"] == "1.0.0"
    assert set(answer["Tus-Extension"].split(",")) == {
        "creation",
        "creation-with-upload",
        "termination",
        "checksum",
        "expiration",
    }
    assert answer["Tus-Max-Size"] == str(settings.PARVIS_UPLOAD_BYTES)
    assert answer["Tus-Checksum-Algorithm"] == "sha1,sha256"


def test_an_upload_is_created_and_says_where_until_when_and_for_which_clip(tus):
    answer = tus.create(10)
    assert answer.status_code == 201
    assert answer["Tus-Resumable"] == "1.0.0"
    upload = Upload.objects.get()
    assert answer["Location"] == f"http://testserver/uploads/{upload.id}"
    assert "Upload-Expires" in answer
    assert answer["Parvis-Clip"] == str(Clip.objects.get().id)


@pytest.mark.parametrize("length", [None, "-1", "x", "1e3", ""])
def test_a_length_that_is_none_is_refused(tus, length):
    assert tus.create(length).status_code == 400
    assert not Upload.objects.exists()


def test_a_file_that_is_too_large_is_refused_before_it_is_sent(tus, settings):
    settings.PARVIS_UPLOAD_BYTES = 5_000_000
    answer = tus.create(5_000_001)
    assert answer.status_code == 413
    assert "5 MB" in answer.json()["error"]["message"]
    assert not Upload.objects.exists()
    assert not Clip.objects.exists()


@pytest.mark.parametrize("metadata", ["filename ###", "filename YQ==,filename YQ==", "clip YQ=="])
def test_metadata_that_is_malformed_is_refused(tus, metadata):
    assert tus.create(10, **{"Upload-Metadata": metadata}).status_code == 400
    assert not Upload.objects.exists()


@pytest.mark.parametrize("version", ["0.2.2", "2.0.0", ""])
def test_another_version_is_refused_and_told_ours(tus, version):
    answer = tus.create(10, **{"Tus-Resumable": version})
    assert answer.status_code == 412
    assert answer["Tus-Version"] == "1.0.0"
    assert not Upload.objects.exists()


def test_head_tells_offset_and_length_and_is_not_stored_by_caches(tus):
    url = tus.begun(10)
    tus.patch(url, 0, b"abcd")
    answer = tus.head(url)
    assert answer.status_code == 200
    assert answer["Upload-Offset"] == "4"
    assert answer["Upload-Length"] == "10"
    assert answer["Cache-Control"] == "no-store"


def test_parts_add_up_to_the_file_and_hand_the_clip_over(tus):
    url = tus.begun(10)
    first = tus.patch(url, 0, b"abcd")
    assert (first.status_code, first["Upload-Offset"]) == (204, "4")
    assert Clip.objects.get().processing == states.UPLOADING
    last = tus.patch(url, 4, b"efghij")
    assert (last.status_code, last["Upload-Offset"]) == (204, "10")
    upload = Upload.objects.get()
    assert upload.state == states.FINISHED
    assert upload.clip.processing == states.RECEIVED
    assert [(part.start, part.length) for part in upload.parts.order_by("start")] == [(0, 4), (4, 6)]


def test_creation_may_carry_the_first_bytes(tus):
    answer = tus.create_with(10, b"abcd")
    assert (answer.status_code, answer["Upload-Offset"]) == (201, "4")


def test_creation_may_carry_the_whole_file(tus):
    answer = tus.create_with(4, b"abcd")
    assert (answer.status_code, answer["Upload-Offset"]) == (201, "4")
    assert Clip.objects.get().processing == states.RECEIVED


def test_an_empty_file_is_handed_over_at_once(tus):
    assert tus.create(0).status_code == 201
    assert Clip.objects.get().processing == states.RECEIVED


@pytest.mark.parametrize("offset", [0, 5, 10, 11])
def test_another_offset_is_a_conflict_and_changes_nothing(tus, offset):
    url = tus.begun(10)
    tus.patch(url, 0, b"abcd")
    assert tus.patch(url, offset, b"zz").status_code in {409, 413}
    assert tus.head(url)["Upload-Offset"] == "4"


@pytest.mark.parametrize("offset", ["", "-1", "x", "\u0664"])
def test_an_offset_that_is_no_number_is_refused(tus, offset):
    url = tus.begun(10)
    assert tus.patch(url, offset.encode("utf-8").decode("latin-1"), b"ab").status_code == 400
    assert tus.head(url)["Upload-Offset"] == "0"


def test_more_bytes_than_announced_are_refused(tus):
    url = tus.begun(4)
    assert tus.patch(url, 0, b"abcdef").status_code == 413
    assert tus.head(url)["Upload-Offset"] == "0"


def test_another_content_type_is_refused(tus):
    url = tus.begun(4)
    assert tus.patch(url, 0, b"abcd", kind="video/mp4").status_code == 415
    assert tus.head(url)["Upload-Offset"] == "0"


@pytest.mark.parametrize("name", ["sha1", "sha256"])
def test_a_right_checksum_is_accepted(tus, name):
    url = tus.begun(4)
    assert tus.patch(url, 0, b"abcd", **checksum(name, b"abcd")).status_code == 204
    assert tus.head(url)["Upload-Offset"] == "4"


def test_a_wrong_checksum_keeps_nothing_of_the_part(tus, media_folder):
    url = tus.begun(8)
    tus.patch(url, 0, b"abcd")
    before = stored(media_folder)
    assert tus.patch(url, 4, b"efgh", **checksum("sha1", b"other")).status_code == 460
    assert tus.head(url)["Upload-Offset"] == "4"
    assert stored(media_folder) == before


@pytest.mark.parametrize("value", ["md5 YQ==", "sha1 ###", "sha1"])
def test_a_checksum_that_is_not_understood_is_refused(tus, value):
    url = tus.begun(4)
    assert tus.patch(url, 0, b"abcd", **{"Upload-Checksum": value}).status_code in {400, 460}
    assert tus.head(url)["Upload-Offset"] == "0"


def test_a_terminated_upload_is_gone_with_its_draft(tus):
    url = tus.begun(10)
    tus.patch(url, 0, b"abcd")
    assert tus.delete(url).status_code == 204
    assert tus.head(url).status_code == 410
    assert tus.patch(url, 4, b"ef").status_code == 410
    assert Clip.objects.get().publication == states.DELETED


def test_a_finished_upload_is_not_terminated(tus):
    url = tus.begun(4)
    tus.patch(url, 0, b"abcd")
    assert tus.delete(url).status_code == 409
    assert Clip.objects.get().processing == states.RECEIVED


def test_an_upload_whose_time_ran_out_is_gone(tus):
    url = tus.begun(10)
    Upload.objects.update(expires_at=now() - timedelta(seconds=1))
    assert expire_upload()
    assert not expire_upload()
    assert tus.head(url).status_code == 410


def test_unknown_uploads_are_not_found(tus):
    assert tus.head("/uploads/00000000-0000-7000-8000-000000000000").status_code == 404


def test_other_methods_are_told_what_is_possible(tus):
    assert tus.client.get("/uploads/").status_code == 405
    assert tus.client.put(tus.begun(3)).status_code == 405


def test_a_client_behind_a_narrow_proxy_may_post_a_patch(tus):
    url = tus.begun(4)
    headers = {"Tus-Resumable": "1.0.0", "Upload-Offset": "0", "X-HTTP-Method-Override": "PATCH"}
    assert tus.client.generic("POST", url, b"abcd", content_type=BODY, headers=headers).status_code == 204
    assert tus.head(url)["Upload-Offset"] == "4"
