"""The same through an S3-compatible bucket: a real server (moto) on this machine, asked over HTTP."""

import urllib.request
import uuid
from datetime import timedelta

import boto3
import pytest
from moto.server import ThreadedMotoServer

from parvis.clips import actions, states, storage
from parvis.clips.actions import post_file
from parvis.clips.hot import media
from parvis.clips.processing.sweep import clear_upload, erase_clip, sweep_orphans
from parvis.clips.queries import cards
from parvis.clips.tests.conftest import fresh, make_all

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.filterwarnings("ignore")]


@pytest.fixture(scope="module")
def server():
    one = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    one.start()
    host, port = one.get_host_and_port()
    yield f"http://{host}:{port}"
    one.stop()


@pytest.fixture
def bucket(server, settings, media_folder):
    keys = {"aws_access_key_id": "key", "aws_secret_access_key": "secret", "region_name": "us-east-1"}
    made = boto3.resource("s3", endpoint_url=server, **keys).Bucket("parvis")
    made.create()
    options = {"bucket_name": "parvis", "endpoint_url": server, "region_name": "us-east-1", "access_key": "key",
               "secret_key": "secret", "file_overwrite": True, "querystring_auth": True}  # fmt: skip
    backend = {"BACKEND": "parvis.clips.bucket.BucketStorage", "OPTIONS": options}
    settings.STORAGES = {**settings.STORAGES, "default": backend}
    yield made
    made.objects.all().delete()


def ask(address: str) -> tuple[int, dict[str, str], bytes]:
    path, _, query = address.partition("?")
    got: dict[str, object] = {}

    def start(status, headers):
        got.update(status=int(status.split()[0]), headers=dict(headers))

    body = b"".join(media({"REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query}, start))
    return got["status"], got["headers"], body


def names(bucket) -> set[str]:
    return {one.key.rsplit("/", 1)[1] for one in bucket.objects.all()}


def test_a_clip_goes_through_a_bucket_and_comes_out_by_a_short_lived_address(world, large_video, bucket):
    clip = post_file(creator=world["alice"], path=large_video)
    assert {one.key.split("/")[0] for one in bucket.objects.all()} == {"uploads"}
    make_all()
    while clear_upload():
        pass
    assert fresh(clip).processing == states.READY
    card = cards([clip.id])[clip.id]
    assert names(bucket) == {"poster.webp", *fresh(clip).renditions.values_list("file", flat=True)}

    status, headers, _body = ask(card.renditions[0]["url"])
    assert status == 302
    assert "Signature" in headers["Location"]
    request = urllib.request.Request(headers["Location"], headers={"Range": "bytes=0-99"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.status == 206
        assert answer.headers["Content-Type"] == "video/mp4"
        assert len(answer.read()) == 100


def test_captions_come_from_our_own_origin_also_with_a_bucket(world, video, bucket):
    clip = post_file(creator=world["alice"], path=video)
    make_all()
    vtt = b"WEBVTT\n\n00:00.000 --> 00:02.000\nBonjour\n"
    actions.add_captions(creator=world["alice"].id, clip_id=clip.id, language="fr", data=vtt)
    status, headers, body = ask(cards([clip.id])[clip.id].captions[0]["url"])
    assert (status, headers["Content-Type"]) == (200, "text/vtt; charset=utf-8")
    assert b"Bonjour" in body


def test_a_deleted_clip_leaves_nothing_in_the_bucket(world, video, bucket):
    clip = post_file(creator=world["alice"], path=video)
    make_all()
    actions.delete(creator=world["alice"].id, clip_id=clip.id)
    while clear_upload() or erase_clip():
        pass
    assert names(bucket) == set()


def test_two_workers_may_sweep_at_once_and_what_one_removed_is_no_trouble_for_the_other(bucket, monkeypatch, db):
    storage.put(f"clips/{uuid.uuid4()}/left.mp4", b"left by a crash")
    listing = storage.listing

    def listed_then_gone(folder):
        found = listing(folder)
        if found[1]:
            bucket.objects.all().delete()
        return found

    monkeypatch.setattr(storage, "listing", listed_then_gone)
    assert sweep_orphans(timedelta(0)) == 0
    monkeypatch.undo()
    storage.put(f"clips/{uuid.uuid4()}/left.mp4", b"left by a crash")
    assert sweep_orphans(timedelta(0)) == 1
    assert names(bucket) == set()


def test_large_parts_are_read_back_whole(bucket):
    data = bytes(range(256)) * 40_000
    storage.put("uploads/x/0-a", data)
    assert storage.read("uploads/x/0-a") == data
    assert storage.listing("uploads/x")[1] == ["0-a"]
