"""What can be refused around one's own data."""

from django.utils.translation import gettext_lazy as _

from parvis.kit.errors import ParvisError


class NoSuchDownload(ParvisError):
    """It is not there, it is over, or it is another person's."""

    code = "no-such-download"
    status = 404
    message = _("This archive is not here any more.")


class NotThisHandle(ParvisError):
    """Who wants to delete an account writes its name, so that no slip of the hand does it."""

    code = "not-this-handle"
    status = 422
    message = _("Please write your own @name, exactly as it stands above.")


class LastOperator(ParvisError):
    """Nobody would operate the installation any more."""

    code = "last-operator"
    status = 409
    message = _("You are the only one who runs this square. Make somebody else an operator first.")


class VaultDamaged(ParvisError):
    """A stored archive does not open: it was changed, or cut off."""

    code = "archive-damaged"
    status = 500
    message = _("This archive cannot be read. Please ask for a new one.")
