"""What can go wrong with homes and keys."""

from django.utils.translation import gettext_lazy as _

from parvis.kit.errors import ParvisError


class KeyMissing(ParvisError):
    """The key that sealed a value is gone: destroyed with its person, or not given to this cell."""

    code = "key-missing"
    status = 410
    message = _("The key to this information no longer exists.")


class Damaged(ParvisError):
    """A sealed value does not open: it was changed, or belongs to another person, home or column."""

    code = "sealed-value-damaged"
    status = 500
    message = _("Stored information could not be read.")


class WrongKeys(ParvisError):
    """The key of a market on this machine is missing, or is another than the one that its people's keys are wrapped by.

    What was sealed with it could be read nowhere else: nothing is sealed.
    """

    code = "wrong-keys"
    status = 503
    message = _("This server lacks a key that it needs. Please tell the people who run this square.")


class BadRow(ParvisError):
    """A row of an archive is none: a column too many or too few, a value of another kind, another person's id."""

    code = "bad-row"
    status = 422
    message = _("This archive holds something that Parvis cannot have written.")
