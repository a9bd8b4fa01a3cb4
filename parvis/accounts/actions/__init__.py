"""Everything that changes something about people and their sign-in: one module for each subject."""

from parvis.accounts.actions.opening import claim_installation, open_account, open_operator

__all__ = ["claim_installation", "open_account", "open_operator"]
