"""The bucket that stands in the place of the folder. Apart from `storage`: the library that it loads takes a while."""

from datetime import datetime
from typing import cast

from botocore.exceptions import ClientError
from storages.backends.s3 import S3Storage


class BucketStorage(S3Storage):
    """A bucket that says of what is gone the same as a folder does: another worker may have been quicker."""

    def get_modified_time(self, name: str) -> datetime:
        """Return when an object was written. FileNotFoundError where there is none."""
        try:
            return cast("datetime", super().get_modified_time(name))  # type: ignore[no-untyped-call]
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
                raise FileNotFoundError(name) from error
            raise
