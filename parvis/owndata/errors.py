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


class NotAnArchive(ParvisError):
    """It is not what Parvis writes, or it is damaged."""

    code = "not-an-archive"
    status = 422
    message = _("This is not an archive of Parvis, or it is damaged. Nothing was changed.")


class UnknownArchive(ParvisError):
    """It is of no place that we know, or it is damaged."""

    code = "unknown-archive"
    status = 422
    message = _(
        "This is no archive that we can read: not of Parvis, TikTok, PeerTube or Mastodon, or it is damaged."
        " Nothing was changed."
    )


class OddArchive(ParvisError):
    """A value in it is not what its place writes there."""

    code = "odd-archive"
    status = 422
    message = _("This archive says something odd here: %(where)s. Nothing was changed.")


class OtherFormat(ParvisError):
    """It was written by a later release."""

    code = "other-format"
    status = 422
    message = _("This archive was made by a newer Parvis than this one. Nothing was changed.")


class OtherMarket(ParvisError):
    """Its person's home is no market here."""

    code = "other-market"
    status = 422
    message = _("The home in this archive is not served here. Nothing was changed.")


class TooMuch(ParvisError):
    """It would fill the disk or the memory."""

    code = "archive-too-large"
    status = 413
    message = _("This archive is larger than what may be brought here. Nothing was changed.")


class IsHere(ParvisError):
    """The person of the archive has an account here."""

    code = "is-here"
    status = 409
    message = _("The account in this archive is here already. Sign in to it, and bring the archive there.")


class NothingProposed(ParvisError):
    """The archive says no name and no words, or they were taken already."""

    code = "nothing-proposed"
    status = 409
    message = _("There is nothing to take over from this archive any more.")


class AnotherPerson(ParvisError):
    """It is the archive of somebody else than who is signed in."""

    code = "another-person"
    status = 422
    message = _("This archive is of another account than yours. Sign out to open that account here.")


class VaultDamaged(ParvisError):
    """A stored archive does not open: it was changed, or cut off."""

    code = "archive-damaged"
    status = 500
    message = _("This archive cannot be read. Please ask for a new one.")
