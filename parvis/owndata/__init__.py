"""One's own data: download it, delete the account, bring it along, back up the whole."""
