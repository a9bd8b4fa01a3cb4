"""What measures, grounds and states are called."""

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from parvis.safety import states

ON_THING: Final[dict[str, Any]] = {
    states.REMOVE: _("Remove it"),
    states.UNRECOMMENDED: _("Do not recommend it"),
    states.ADULTS: _("Only for adults"),
    states.SENSITIVE: _("Cover it as sensitive"),
}
ON_ACCOUNT: Final[dict[str, Any]] = {
    states.WARN: _("Warn the person"),
    states.SUSPEND: _("Suspend the account for a time"),
    states.CLOSE: _("Close the account"),
}
# As the person reads it whom it concerns.
DONE: Final[dict[str, Any]] = {
    states.REMOVE: _("It was removed. Nobody else can see it."),
    states.UNRECOMMENDED: _("It is no longer recommended. Whoever follows you or has its address still sees it."),
    states.ADULTS: _("Only adults can see it."),
    states.SENSITIVE: _("It is covered until somebody chooses to see it."),
    states.WARN: _("This is a warning. Nothing else changes."),
    states.SUSPEND: _("Your account is suspended for a time. You cannot sign in, and nobody sees your page."),
    states.CLOSE: _("Your account is closed."),
}
GROUNDS: Final[dict[str, Any]] = {
    states.TERMS: _("The rules of this installation"),
    states.LAW: _("The law"),
}
LOGGED: Final[dict[str, Any]] = {
    "opened": _("The case was opened."),
    "matched": _("Its pictures are like those of a clip that was removed: nobody sees it until this is decided."),
    "taken": _("A moderator took it in hand."),
    "decided": _("A moderator decided."),
    "appealed": _("The person appealed."),
    "upheld": _("Another moderator upheld the decision."),
    "reversed": _("Another moderator reversed the decision."),
}
ROLE_WORDS: Final[dict[str, Any]] = {
    "moderator": _("Moderator: decides cases and hears appeals"),
    "support": _("Support: sees cases"),
    "operator": _("Operator: all of that, and roles"),
}
