"""What a program may be allowed to do for a person. The same words for personal tokens and for other apps."""

from collections.abc import Collection, Iterable

from django.utils.translation import gettext_lazy as _

from parvis.accounts.errors import ScopeMissing

READ = "read"
SOCIAL = "social"
CLIPS = "clips"
FEED = "feed"
MESSAGES = "messages"
SETTINGS = "settings"

SCOPES = {
    READ: _("See what you can see"),
    SOCIAL: _("Follow, like, comment and share for you"),
    CLIPS: _("Upload, change, publish and delete your clips"),
    FEED: _("Tell your feed what you watched and want"),
    MESSAGES: _("Read and write your messages"),
    SETTINGS: _("Change your profile and settings, and end your sessions"),
}


def known(scopes: Iterable[str]) -> list[str]:
    """Return those of `scopes` that exist, in the order of SCOPES, each once."""
    wanted = set(scopes)
    return [scope for scope in SCOPES if scope in wanted]


def demand(allowed: Collection[str] | None, scope: str) -> None:
    """Raise ScopeMissing unless a token allows `scope`; None: no token, a person's own browser."""
    if allowed is not None and scope not in allowed:
        raise ScopeMissing(scope=scope)
