"""What can go wrong with people and their sign-in."""

from django.utils.translation import gettext_lazy as _

from parvis.kit.errors import ParvisError


class TooMany(ParvisError):
    """A rate limit is reached."""

    code = "too-many"
    status = 429
    message = _("That was a lot at once. Please wait a moment and try again.")


class SignInNeeded(ParvisError):
    """Only for people with an account."""

    code = "sign-in-needed"
    status = 401
    message = _("Please sign in first.")


class BadHandle(ParvisError):
    """The handle has characters or a form that handles do not have."""

    code = "bad-handle"
    status = 422
    message = _(
        "A handle has 2 to 24 letters (a to z), digits, dots or underscores, and begins and ends without a dot."
    )


class HandleTaken(ParvisError):
    """The handle belongs to somebody, or is kept back. Handles are public, so saying so tells no secret."""

    code = "handle-taken"
    status = 409
    message = _("This handle is taken. Please choose another.")


class BadBirthDate(ParvisError):
    """The birth date lies in the future, or too far back."""

    code = "bad-birth-date"
    status = 422
    message = _("Please check the date of birth.")


class TooYoung(ParvisError):
    """Below the age at which a person may open an account alone in the market."""

    code = "too-young"
    status = 403
    message = _("You cannot open an account yet. We have kept nothing of what you entered.")


class UnknownMarket(ParvisError):
    """No such market."""

    code = "unknown-market"
    status = 422
    message = _("Please choose a country from the list.")


class UnknownLanguage(ParvisError):
    """A language that this installation does not offer."""

    code = "unknown-language"
    status = 422
    message = _("Please choose a language from the list.")


class AlreadyClaimed(ParvisError):
    """The installation has its operator."""

    code = "already-claimed"
    status = 409
    message = _("This installation already has an operator. Please sign in.")
