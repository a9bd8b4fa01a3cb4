"""What can go wrong with slates and watches."""

from django.utils.translation import gettext_lazy as _

from parvis.kit.errors import ParvisError


class BadFeed(ParvisError):
    """The address names no feed, or its numbers are out of range."""

    code = "bad-feed"
    status = 400
    message = _("There is no such feed.")


class NoSuchCreator(ParvisError):
    """The feed of somebody who does not exist."""

    code = "no-such-creator"
    status = 404
    message = _("There is nobody of that name.")


class BadWatches(ParvisError):
    """The report of watches is not one: `reason` says what is wrong, for the developer who reads it."""

    code = "bad-watches"
    status = 422
    message = _("The report could not be read: %(reason)s")


class TooLarge(ParvisError):
    """The report is larger than any browser of ours sends."""

    code = "too-large"
    status = 413
    message = _("That is too much at once.")


class ForeignOrigin(ParvisError):
    """The report was sent by a page of another site."""

    code = "bad-origin"
    status = 403
    message = _("Please reload the page and try again.")


class NoViewer(ParvisError):
    """A report without a valid viewer cookie: the page that sends it has always got one."""

    code = "no-viewer"
    status = 401
    message = _("Please reload the page and try again.")


class NotNow(ParvisError):
    """The database does not answer. Nothing was kept; trying again is safe."""

    code = "not-now"
    status = 503
    message = _("That did not work just now. Please try again in a moment.")


class NoTrace(ParvisError):
    """The clip was not shown to this viewer lately, so there is nothing to explain."""

    code = "no-trace"
    status = 404
    message = _("This clip was not in your feed lately.")


class BadExperiment(ParvisError):
    """What an operator wants to compare cannot be compared: `reason` says why."""

    code = "bad-experiment"
    status = 422
    message = _("This comparison cannot be made: %(reason)s.")


class NoSuchExperiment(ParvisError):
    """There is no experiment of that name."""

    code = "no-such-experiment"
    status = 404
    message = _("There is no comparison of that name.")


class OneRuns(ParvisError):
    """One experiment at a time, so that nobody's feed is made of two."""

    code = "one-runs"
    status = 409
    message = _("Another comparison is running. Stop it first.")


class NotThatMove(ParvisError):
    """The experiment is in a state that does not lead there."""

    code = "not-that-move"
    status = 409
    message = _("That is not possible: a comparison is planned, then it runs, then it is over.")


class ForOperators(ParvisError):
    """Only operators compare feeds."""

    code = "for-operators"
    status = 403
    message = _("Only who operates this installation can do that.")


class BadChoice(ParvisError):
    """What was said about a topic is no such thing."""

    code = "bad-choice"
    status = 400
    message = _("That cannot be chosen. A tag is one word, and a cap is a number of at least one.")


class TooManyChoices(ParvisError):
    """The viewer said something of as many topics as are kept."""

    code = "too-many-choices"
    status = 409
    message = _("That is as much as the feed can keep in mind. Remove something first.")
