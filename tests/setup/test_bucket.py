"""Media in a bucket: how its addresses look, and that pages may load from there."""

from urllib.parse import parse_qs, urlsplit

import pytest

from parvis.clips.bucket import BucketStorage
from parvis.project import bucket
from parvis.project.config import Config

ENDPOINT = "https://s3.example"


@pytest.mark.parametrize(
    ("env", "origin"),
    [
        ({"PARVIS_S3_BUCKET": "square"}, "https://square.s3.amazonaws.com"),
        ({"PARVIS_S3_BUCKET": "square", "PARVIS_S3_REGION": "eu-west-3"}, "https://square.s3.eu-west-3.amazonaws.com"),
        ({"PARVIS_S3_BUCKET": "the.square", "PARVIS_S3_REGION": "eu-west-3"}, "https://s3.eu-west-3.amazonaws.com"),
        ({"PARVIS_S3_BUCKET": "square", "PARVIS_S3_ENDPOINT": ENDPOINT}, ENDPOINT),
    ],
)
def test_pages_may_load_from_where_the_addresses_of_a_bucket_lead(env, origin):
    keys = {"PARVIS_S3_ACCESS_KEY": "key", "PARVIS_S3_SECRET_KEY": "secret", "PARVIS_SECRET_KEY": "x"}
    config = Config.from_env({**env, **keys})
    parts = urlsplit(BucketStorage(**bucket.storage(config)["OPTIONS"]).url("clips/x.mp4"))
    assert f"{parts.scheme}://{parts.netloc}" == origin
    assert bucket.origins(config) == [origin]
    assert parse_qs(parts.query)["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"], "the only one that all servers know"


def test_without_a_bucket_pages_load_media_from_their_own_origin_alone():
    assert bucket.origins(Config.from_env({"PARVIS_S3_ENDPOINT": ENDPOINT, "PARVIS_SECRET_KEY": "x"})) == []
