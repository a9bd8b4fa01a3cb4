"""What can go wrong in the inbox."""

from django.utils.translation import gettext_lazy as _

from parvis.kit.errors import ParvisError


class NoSuchNotice(ParvisError):
    """There is no such news, or it is not this viewer's."""

    code = "no-such-notice"
    status = 404
    message = _("This is not in your inbox any more.")


class UnknownNoticeKind(ParvisError):
    """A kind of news that there is not."""

    code = "unknown-notice-kind"
    status = 422
    message = _("There is no such kind of news here. Please load the page again.")


class BadQuietHours(ParvisError):
    """The hours or the time zone are none."""

    code = "bad-quiet-hours"
    status = 422
    message = _("Please give both hours as they stand on a clock.")


class BadAudience(ParvisError):
    """None of those from whom somebody can take messages."""

    code = "bad-audience"
    status = 422
    message = _("Please choose who may write to you.")


class BadDigest(ParvisError):
    """None of the paces at which letters come."""

    code = "bad-digest"
    status = 422
    message = _("Please choose how often letters should come.")


class NoSuchLetter(ParvisError):
    """An address to stop letters that was sent to nobody."""

    code = "no-such-letter"
    status = 404
    message = _("This address is not whole. Please open it from the letter again, or change it in your settings.")


class NoSuchChat(ParvisError):
    """There is no such conversation, or it is not this viewer's."""

    code = "no-such-chat"
    status = 404
    message = _("This conversation is not here any more.")


class NoSuchMessage(ParvisError):
    """There is no such message, or it is not this viewer's."""

    code = "no-such-message"
    status = 404
    message = _("This message is not here any more.")


class NotYourMessage(ParvisError):
    """Only who wrote a message may take it back."""

    code = "not-your-message"
    status = 403
    message = _("Only who wrote a message can take it back.")


class NotYourself(ParvisError):
    """Nobody writes to themselves."""

    code = "no-message-to-yourself"
    status = 422
    message = _("You cannot write to yourself.")


class CannotWrite(ParvisError):
    """The other takes no messages from the viewer. Never says why."""

    code = "cannot-write"
    status = 403
    message = _("You cannot write to this person.")


class Unanswered(ParvisError):
    """The other has not answered yet, and has been told enough."""

    code = "unanswered"
    status = 409
    message = _("You can write more, and send pictures, once your request has been accepted.")


class CannotBeAGroup(ParvisError):
    """Too few, too many, or somebody who may not be among strangers."""

    code = "no-such-group"
    status = 422
    message = _("These people cannot be a group. A group has 3 to 32 people.")


class NotAPicture(ParvisError):
    """The file is no picture that can be sent."""

    code = "not-a-picture"
    status = 422
    message = _("This is not a picture that can be sent. JPEG, PNG, WebP and GIF of up to 12 MB can.")


class BadSubscription(ParvisError):
    """A browser's subscription that no push service can have given."""

    code = "bad-subscription"
    status = 422
    message = _("This browser cannot be called. Please try another one.")
