"""The bucket for media, where one is set: how it is asked, and where browsers load from."""

from typing import TYPE_CHECKING, Any

from parvis.project.config import Config

if TYPE_CHECKING:
    from botocore.config import Config as Client

IN_MEMORY = 8 * 1024 * 1024  # of an object that is read; the rest of a larger one waits on the disk


def storage(config: Config) -> dict[str, Any]:
    """Return Django's storage for media: the folder, or the bucket."""
    if not config.s3_bucket:
        options: dict[str, Any] = {"location": config.data / "media", "file_permissions_mode": 0o600}
        return {"BACKEND": "parvis.clips.storage.FolderStorage", "OPTIONS": options}
    return {
        "BACKEND": "parvis.clips.bucket.BucketStorage",
        "OPTIONS": {
            "bucket_name": config.s3_bucket,
            "endpoint_url": config.s3_endpoint or None,
            "region_name": config.s3_region,
            "access_key": config.s3_access_key or None,
            "secret_key": config.s3_secret_key or None,
            "client_config": _client(by_host=_has_host(config)),
            "max_memory_size": IN_MEMORY,
            "file_overwrite": True,
            "default_acl": None,
            "querystring_auth": True,
            "querystring_expire": 600,
        },
    }


def _has_host(config: Config) -> bool:
    """Whether the bucket is a host of its own: at Amazon's, unless its name has dots, which no certificate covers."""
    return not config.s3_endpoint and "." not in config.s3_bucket


def _client(*, by_host: bool) -> "Client":
    """Return how to speak to it, so that others than Amazon's understand: signatures of the fourth version, which some
    alone know, and no checksum of a new kind where none is asked for. A server that hangs is given up soon."""
    from botocore.config import Config as Client  # a tenth of a second that nobody pays who has no bucket

    return Client(
        signature_version="s3v4",
        s3={"addressing_style": "virtual" if by_host else "path"},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        connect_timeout=5,
        read_timeout=30,
        retries={"mode": "standard", "total_max_attempts": 3},
    )


def origins(config: Config) -> list[str]:
    """Return the origins that a page loads media from, besides its own."""
    if not config.s3_bucket:
        return []
    if config.s3_endpoint:
        return [config.s3_endpoint]
    region = "" if config.s3_region == "us-east-1" else f".{config.s3_region}"
    host = f"{config.s3_bucket}." if _has_host(config) else ""
    return [f"https://{host}s3{region}.amazonaws.com"]
