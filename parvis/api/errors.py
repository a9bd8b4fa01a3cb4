"""What can go wrong before an operation begins."""

from django.utils.translation import gettext_lazy as _

from parvis.kit.errors import ParvisError


class Unreadable(ParvisError):
    """The body is not JSON (RFC 8259), or is nested too deeply."""

    code = "unreadable"
    status = 400
    message = _("The request could not be read.")


class BadOrigin(ParvisError):
    """A browser's session, without the proof (X-CSRFToken) that one of our pages sent the request."""

    code = "bad-origin"
    status = 403
    message = _("Please reload the page and try again.")


class NotThere(ParvisError):
    """No operation has this address."""

    code = "not-found"
    status = 404
    message = _("There is nothing at this address.")


class WrongMethod(ParvisError):
    """The address is known, and not for this method; `Allow` says for which."""

    code = "wrong-method"
    status = 405
    message = _("This address does not do that.")


class TooLarge(ParvisError):
    """The body is larger than any operation takes."""

    code = "too-large"
    status = 413
    message = _("That is too much at once.")


class WrongType(ParvisError):
    """The body is of another kind than the operation takes; mostly application/json."""

    code = "wrong-type"
    status = 415
    message = _("The request has the wrong content type.")


class Invalid(ParvisError):
    """Values that an operation does not take; `details` names each."""

    code = "invalid"
    status = 422
    message = _("Something in the request is not as it should be.")


class NotNow(ParvisError):
    """The database does not answer. Nothing has changed, and trying again is safe."""

    code = "not-now"
    status = 503
    message = _("That did not work just now. Please try again in a moment.")
