"""What the sign-in library asks us."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter


class AccountAdapter(DefaultAccountAdapter):
    """Our rules for accounts."""


class MFAAdapter(DefaultMFAAdapter):
    """Our rules for second factors and passkeys."""
