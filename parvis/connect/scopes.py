"""What an app may ask for: the scopes of personal tokens, and to be told who somebody is."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from parvis.accounts import scopes

OPENID = "openid"
PROFILE = "profile"

SCOPES = {
    OPENID: _("Know you again, by a number that no other app gets"),
    PROFILE: _("See your handle, your name and your picture"),
    **scopes.SCOPES,
}
ICONS = {
    OPENID: "fingerprint",
    PROFILE: "circle-user",
    scopes.READ: "eye",
    scopes.SOCIAL: "heart",
    scopes.CLIPS: "film",
    scopes.FEED: "sliders-horizontal",
    scopes.MESSAGES: "mail",
    scopes.SETTINGS: "settings",
}


def known(asked: Iterable[str]) -> list[str]:
    """Return those of `asked` that exist, in the order of SCOPES, each once."""
    wanted = set(asked)
    return [scope for scope in SCOPES if scope in wanted]
