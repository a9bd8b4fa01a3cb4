"""What can go wrong with clips and their uploads."""

from django.utils.translation import gettext_lazy as _

from parvis.kit.errors import ParvisError


class NoSuchClip(ParvisError):
    """There is no clip here, or not for this viewer: the two are never told apart."""

    code = "no-such-clip"
    status = 404
    message = _("This clip is not here. It may have been deleted, or its creator keeps it private.")


class NoSuchUpload(ParvisError):
    """No upload of this person has this address."""

    code = "no-such-upload"
    status = 404
    message = _("There is no such upload.")


class UploadGone(ParvisError):
    """The upload was ended by its creator, or its time ran out."""

    code = "upload-gone"
    status = 410
    message = _("This upload is over. Please begin again.")


class OtherOffset(ParvisError):
    """The sender and the server disagree on how much has arrived, or another connection carries on the upload."""

    code = "other-offset"
    status = 409
    message = _("A different part of the file is expected next.")


class TooLarge(ParvisError):
    """More bytes than the limit, or than were announced."""

    code = "too-large"
    status = 413
    message = _("The file is too large. The largest possible is %(megabytes)s MB.")


class BadUpload(ParvisError):
    """A request that the upload protocol does not have."""

    code = "bad-upload"
    status = 400
    message = _("The upload request is not valid.")


class WrongType(ParvisError):
    """A body that is not `application/offset+octet-stream`."""

    code = "wrong-type"
    status = 415
    message = _("The upload request has the wrong content type.")


class WrongVersion(ParvisError):
    """Another version of the protocol than 1.0.0."""

    code = "wrong-version"
    status = 412
    message = _("This server speaks version 1.0.0 of the upload protocol.")


class ChecksumMismatch(ParvisError):
    """The bytes that arrived are not the bytes that were sent."""

    code = "checksum-mismatch"
    status = 460
    message = _("A part of the file arrived damaged. Please send it again.")


class TooManyUploads(ParvisError):
    """Too many unfinished uploads of one person."""

    code = "too-many-uploads"
    status = 429
    message = _("You have too many unfinished uploads. Finish or delete one first.")


class StorageFull(ParvisError):
    """No room for the bytes. What arrived before is kept."""

    code = "storage-full"
    status = 507
    message = _("There is no room for this upload at the moment. What you sent is kept; please try again later.")


class StorageDown(ParvisError):
    """The storage does not answer. What arrived before is kept."""

    code = "storage-down"
    status = 503
    message = _("The storage does not answer at the moment. What you sent is kept; please try again.")


class NotNow(ParvisError):
    """The clip is in a state that does not allow this."""

    code = "not-now"
    status = 409
    message = _("That is not possible in the clip's present state. Please reload the page.")


class BadWords(ParvisError):
    """A text that is too long or not usable."""

    code = "bad-words"
    status = 422
    message = _("This text is too long.")


class BadSchedule(ParvisError):
    """A moment that does not lie ahead, or too far ahead."""

    code = "bad-schedule"
    status = 422
    message = _("Please choose a moment between one minute and one year from now.")


class BadCaptions(ParvisError):
    """A captions file that is not valid WebVTT."""

    code = "bad-captions"
    status = 422
    message = _("This is not a valid WebVTT captions file. Please look at line %(line)s.")


class UnknownLanguage(ParvisError):
    """A language tag that nobody knows."""

    code = "unknown-language"
    status = 422
    message = _("Please choose a language from the list.")


class ForeignPage(ParvisError):
    """The request comes from another site's page."""

    code = "bad-origin"
    status = 403
    message = _("Please reload the page and try again.")
