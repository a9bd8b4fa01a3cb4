"""What can go wrong around a clip."""

from django.utils.translation import gettext_lazy as _

from parvis.kit.errors import ParvisError


class NotYourself(ParvisError):
    """A person cannot follow themselves."""

    code = "not-yourself"
    status = 422
    message = _("You cannot follow yourself.")


class CommentsClosed(ParvisError):
    """The clip's creator takes no comments."""

    code = "comments-closed"
    status = 403
    message = _("Comments on this clip are closed.")


class NoSuchComment(ParvisError):
    """There is no comment here, or not for this viewer: the two are never told apart."""

    code = "no-such-comment"
    status = 404
    message = _("This comment is not here any more.")


class NotYourComment(ParvisError):
    """Only its author and the clip's creator may delete a comment."""

    code = "not-your-comment"
    status = 403
    message = _("Only its author or the creator of the clip can delete this comment.")


class NoSuchRequest(ParvisError):
    """No such person has asked to follow."""

    code = "no-such-request"
    status = 404
    message = _("This request is not here any more.")


class CannotMuteYourself(ParvisError):
    """A person cannot mute themselves."""

    code = "cannot-mute-yourself"
    status = 422
    message = _("You cannot mute yourself.")


class BadMute(ParvisError):
    """Neither words nor a tag."""

    code = "bad-mute"
    status = 422
    message = _("Please enter a word, or a tag such as #rain.")


class TooManyMutes(ParvisError):
    """A person mutes as much as anybody may."""

    code = "too-many-mutes"
    status = 409
    message = _("Your list of muted people and words is full. Please take something off it first.")


class NotYourClip(ParvisError):
    """Only the clip's creator may do this."""

    code = "not-your-clip"
    status = 403
    message = _("Only the creator of the clip can do this.")


class ListClosed(ParvisError):
    """A list of people that this viewer may not read."""

    code = "list-closed"
    status = 403
    message = _("This list is not open to you.")


class OnlyTopComments(ParvisError):
    """An answer cannot be pinned."""

    code = "only-top-comments"
    status = 422
    message = _("Only a comment on the clip itself can be pinned.")
