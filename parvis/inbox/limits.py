"""How often a person may write and answer: what pages and programs do counts together."""

TAP = {"per_minute": 120, "burst": 120}
WORDS = {"per_minute": 30, "burst": 20}
GROUPS = {"per_minute": 4, "burst": 10}
CHOICES = {"per_minute": 20, "burst": 20}
STOPS = {"per_minute": 6, "burst": 12}
BROWSERS = {"per_minute": 6, "burst": 12}
