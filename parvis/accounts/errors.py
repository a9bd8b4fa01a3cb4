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
