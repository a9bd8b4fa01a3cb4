"""How often a person may act around clips: what pages and programs do counts together."""

TAP = {"per_minute": 60, "burst": 60}
WORDS = {"per_minute": 12, "burst": 10}
