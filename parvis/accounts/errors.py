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


class NotRight(ParvisError):
    """Handle and password do not go together. Says nothing about which, or whether the handle exists."""

    code = "not-right"
    status = 422
    message = _("The handle or the password is not right.")


class PasskeyRefused(ParvisError):
    """The passkey's answer does not hold, or no account has it."""

    code = "passkey-refused"
    status = 422
    message = _("That passkey did not work here. Please try again, or use your password.")


class WrongCode(ParvisError):
    """A six-digit or recovery code that does not hold: wrong, used, too old, or tried too often."""

    code = "wrong-code"
    status = 422
    message = _("That code is not right, or no longer valid. Please check it, or ask for a new one.")


class WrongSetUpCode(ParvisError):
    """The one-time set-up code of a new installation is wrong."""

    code = "wrong-set-up-code"
    status = 403
    message = _("That is not the set-up code. It stands in the server's log.")


class LastWayIn(ParvisError):
    """Taking this away would leave no way to sign in."""

    code = "last-way-in"
    status = 409
    message = _("This is your only way to sign in. Add a password or another passkey first.")


class WeakPassword(ParvisError):
    """The password does not meet the rules; `reasons` says why, in sentences."""

    code = "weak-password"
    status = 422
    message = _("%(reasons)s")


class EmailTaken(ParvisError):
    """The address was verified for another account meanwhile."""

    code = "email-taken"
    status = 409
    message = _("This address cannot be used.")


class NotAPicture(ParvisError):
    """The file is not a picture that we can read."""

    code = "not-a-picture"
    status = 422
    message = _("This file is not a picture that we can read. Please choose a JPEG, PNG or WebP file of up to 10 MB.")


class WrongPassword(ParvisError):
    """The password, asked again, is wrong."""

    code = "wrong-password"
    status = 422
    message = _("That password is not right.")


class BadToken(ParvisError):
    """The token of a program is unknown, taken back, or past its day; or it is of somebody without an account here."""

    code = "bad-token"
    status = 401
    message = _("This token is not valid, or not any more.")


class ScopeMissing(ParvisError):
    """The token is valid, and not for this: `scope` is what it lacks."""

    code = "scope-missing"
    status = 403
    message = _("This token does not allow that: it lacks “%(scope)s”.")


class NoSuchToken(ParvisError):
    """The person has no such token."""

    code = "no-such-token"
    status = 404
    message = _("This token is not here any more.")


class TooManyTokens(ParvisError):
    """The person has as many tokens as one may have."""

    code = "too-many-tokens"
    status = 409
    message = _("You have as many tokens as possible. Take one back first.")


class NoSuchPerson(ParvisError):
    """Nobody has this handle, or not for this viewer: the two are never told apart."""

    code = "no-such-person"
    status = 404
    message = _("Nobody here has this handle.")


class CannotBlockYourself(ParvisError):
    """A person cannot block themselves."""

    code = "cannot-block-yourself"
    status = 422
    message = _("You cannot block yourself.")


class TooManyBlocks(ParvisError):
    """A person blocks as many people as anybody may."""

    code = "too-many-blocks"
    status = 409
    message = _("You block a great many people already. Please unblock somebody first.")


class ElsewhereFailed(ParvisError):
    """Signing in at the identity provider did not come to a good end; which check failed is told to nobody."""

    code = "elsewhere-failed"
    status = 400
    message = _("Signing in with %(name)s did not work. Please try again.")


class IdentityTaken(ParvisError):
    """The account elsewhere signs somebody else in, or the person has another one there."""

    code = "identity-taken"
    status = 409
    message = _("This account there cannot be linked: it is linked already, or another one is.")


class AccountClosed(ParvisError):
    """Whoever signed in elsewhere has an account here that is closed."""

    code = "account-closed"
    status = 403
    message = _("This account is closed.")


class SetByAnother(ParvisError):
    """A guardian set how far a person may go here; `names` says who."""

    code = "set-by-guardian"
    status = 403
    message = _("%(names)s set this for you. You can make it stricter, but not looser.")
