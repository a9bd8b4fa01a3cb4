"""How often a person may write: what pages and programs do counts together."""

CHANGES = {"per_minute": 10, "burst": 20}
CALLS = {"per_minute": 6, "burst": 20}
