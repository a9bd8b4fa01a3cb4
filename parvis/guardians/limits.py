"""How often a person may act: what pages and programs do counts together. Of the 10^12 codes a patient guesser tries
1440 a day, and each lives for a quarter of an hour."""

CODES = {"per_minute": 1, "burst": 6}
ASKS = {"per_minute": 1, "burst": 10}
ANSWERS = {"per_minute": 6, "burst": 20}
