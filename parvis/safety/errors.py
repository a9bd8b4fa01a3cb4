"""What can go wrong with reports, decisions and appeals."""

from django.utils.translation import gettext_lazy as _

from parvis.kit.errors import ParvisError


class NothingToReport(ParvisError):
    """The thing is not there, or not for this viewer: the two are never told apart."""

    code = "nothing-to-report"
    status = 404
    message = _("What you want to report is not here any more.")


class OwnThing(ParvisError):
    """Nobody reports what is their own."""

    code = "own-thing"
    status = 422
    message = _("This is your own. You can change or delete it yourself.")


class UnknownReason(ParvisError):
    """A reason that the list does not have."""

    code = "unknown-reason"
    status = 422
    message = _("Please choose a reason from the list.")


class NotAModerator(ParvisError):
    """Only for people with this role."""

    code = "not-a-moderator"
    status = 403
    message = _("This is for the moderators of this installation.")


class NoSuchCase(ParvisError):
    """There is no such case."""

    code = "no-such-case"
    status = 404
    message = _("This case is not here.")


class CaseTaken(ParvisError):
    """Another moderator has the case in hand."""

    code = "case-taken"
    status = 409
    message = _("Another moderator has this case in hand.")


class AlreadyDecided(ParvisError):
    """Somebody has decided meanwhile."""

    code = "already-decided"
    status = 409
    message = _("This case is decided already.")


class OwnCase(ParvisError):
    """A moderator does not decide about themselves."""

    code = "own-case"
    status = 403
    message = _("This case is about you. Somebody else has to decide it.")


class BadDecision(ParvisError):
    """The parts of a decision do not fit together."""

    code = "bad-decision"
    status = 422
    message = _("Please choose a measure that this kind of thing can have, a reason, and write down the facts.")


class NoSuchDecision(ParvisError):
    """There is no such decision, or it is not about this person: the two are never told apart."""

    code = "no-such-decision"
    status = 404
    message = _("This decision is not here.")


class AppealUsed(ParvisError):
    """A decision is appealed against once."""

    code = "appeal-used"
    status = 409
    message = _("You have appealed against this decision already.")


class AppealTooLate(ParvisError):
    """The six months are over."""

    code = "appeal-too-late"
    status = 409
    message = _("An appeal is possible for six months after the decision. That time is over.")


class NothingToAppeal(ParvisError):
    """The decision took nothing away."""

    code = "nothing-to-appeal"
    status = 409
    message = _("This decision took nothing from you, so there is nothing to appeal against.")


class OnlyAdults(ParvisError):
    """Sensitive clips are shown to adults only."""

    code = "only-adults"
    status = 403
    message = _("Sensitive clips are only for adults.")


class WordNotWelcome(ParvisError):
    """What was written holds a word or tag that the operator does not want here."""

    code = "word-not-welcome"
    status = 422
    message = _("One of these words is not welcome here. Please say it another way.")


class BadWord(ParvisError):
    """A word for a list that is empty or too long, or one word too many."""

    code = "bad-word"
    status = 422
    message = _("Please write one word or short phrase a line, at most 60 characters each and 200 lines.")


class TrustLimit(ParvisError):
    """The daily measure of a person's level of trust is used up. `level` is its name."""

    code = "trust-limit"
    status = 429
    message = _("That was all for today. New accounts begin with small measures, and they grow with time.")


class NotAStranger(ParvisError):
    """Nobody under 16 is written to by somebody whom they do not follow, nor the other way round."""

    code = "not-a-stranger"
    status = 403
    message = _("You can write to each other once both of you follow one another.")


class OwnDecision(ParvisError):
    """Who decided does not hear the appeal."""

    code = "own-decision"
    status = 403
    message = _("You made this decision. Another moderator hears the appeal.")
