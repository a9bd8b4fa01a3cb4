"""What can go wrong between guardians and teens."""

from django.utils.translation import gettext_lazy as _

from parvis.kit.errors import ParvisError


class NoSuchLink(ParvisError):
    """The viewer has no such link, or it is over."""

    code = "no-such-link"
    status = 404
    message = _("This family link is not here any more.")


class OnlyTeens(ParvisError):
    """Only people from 13 to 17 are linked with a guardian."""

    code = "only-teens"
    status = 403
    message = _("Only people from 13 to 17 can show a code.")


class OnlyGuardians(ParvisError):
    """Who would be a guardian is not grown up, or has had an account for too short a time, or decisions against it."""

    code = "only-guardians"
    status = 403
    message = _("Guardians are adults whose account here has been in good standing for a few days.")


class NoGuardian(ParvisError):
    """Whom a teen asked cannot be a guardian. Why is not told: it would tell something of them."""

    code = "no-guardian"
    status = 422
    message = _("This person cannot be your guardian here.")


class TooManyLinks(ParvisError):
    """One of the two has as many links as one may have."""

    code = "too-many-links"
    status = 409
    message = _("One of you has as many family links as possible.")


class TooManyAsked(ParvisError):
    """As many questions of the person wait for an answer as may."""

    code = "too-many-asked"
    status = 409
    message = _("You are waiting for several answers already. Take one back first.")


class OnlyTheGuardian(ParvisError):
    """Rules are set by the guardian of the link."""

    code = "only-the-guardian"
    status = 403
    message = _("Only the guardian sets these rules. You can end the link.")


class BadRules(ParvisError):
    """A rule is out of range, or would be looser than what holds at that age anyway."""

    code = "bad-rules"
    status = 422
    message = _("These rules cannot be set. They can only be stricter than what holds at this age anyway.")
