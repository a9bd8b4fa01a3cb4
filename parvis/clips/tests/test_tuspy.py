"""The real client `tuspy` against a real server."""

import io

import pytest
from tusclient.client import TusClient

from parvis.clips import states, storage
from parvis.clips.models import Clip, Upload

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("parvis.clips.urls")]


@pytest.fixture
def remote(live_server, signed_in) -> TusClient:
    cookies = "; ".join(f"{name}={one.value}" for name, one in signed_in("alice").cookies.items())
    return TusClient(f"{live_server.url}/uploads/", headers={"Cookie": cookies})


def content(upload: Upload) -> bytes:
    return b"".join(storage.read(part.name) for part in upload.parts.order_by("start"))


def test_tuspy_uploads_in_chunks(remote, video):
    remote.uploader(file_stream=io.BytesIO(video.read_bytes()), chunk_size=20_000).upload()
    upload = Upload.objects.get()
    assert upload.state == states.FINISHED
    assert content(upload) == video.read_bytes()


def test_tuspy_resumes_where_another_session_stopped(remote, video):
    data = video.read_bytes()
    first = remote.uploader(file_stream=io.BytesIO(data), chunk_size=20_000)
    first.upload(stop_at=40_000)
    again = remote.uploader(file_stream=io.BytesIO(data), chunk_size=50_000, url=first.url)
    assert again.offset == 40_000
    again.upload()
    assert content(Upload.objects.get()) == data
    assert Clip.objects.get().processing == states.RECEIVED


def test_tuspy_proves_each_chunk_by_checksum(remote, video):
    remote.uploader(file_stream=io.BytesIO(video.read_bytes()), chunk_size=30_000, upload_checksum=True).upload()
    assert content(Upload.objects.get()) == video.read_bytes()
