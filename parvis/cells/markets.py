"""The markets: a country with its currency, languages and ages. Read once from `data/markets.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from babel import Locale, UnknownLocaleError
from babel.core import get_global

ADULT_AGE = 18
TEEN_AGE = 16
FALLBACK = "US"


@dataclass(frozen=True)
class Market:
    """One market. `minimum_age` in years: the age at which a person may open an account alone."""

    code: str
    currency: str
    languages: tuple[str, ...]
    minimum_age: int
    adult_age: int = ADULT_AGE

    def name(self, language: str) -> str:
        """Return the market's name in a language (BCP 47), or in English where CLDR has none."""
        for tag in (language, language.split("-", maxsplit=1)[0], "en"):
            try:
                names = Locale.parse(tag, sep="-").territories
            except (UnknownLocaleError, ValueError):
                continue
            if self.code in names:
                return str(names[self.code])
        return self.code


def _read() -> Mapping[str, Market]:
    raw = tomllib.loads((Path(__file__).parent / "data" / "markets.toml").read_text())
    return MappingProxyType(
        {code: Market(code, row["currency"], tuple(row["languages"]), row["minimum_age"]) for code, row in raw.items()}
    )


MARKETS = _read()


def guess_market(accept_language: str) -> str:
    """Return the likeliest market for an Accept-Language header (RFC 9110, 12.5.4): its first country, else language.

    A country named in any tag wins in the order of the header; else the most likely country of the first language by
    CLDR's likely subtags; else FALLBACK. It is only a guess, shown to be changed.
    """
    tags = [part.split(";")[0].strip() for part in accept_language.split(",")][:10]
    for tag in tags:
        for part in tag.split("-")[1:]:
            if part.upper() in MARKETS:
                return part.upper()
    likely = get_global("likely_subtags")
    for tag in tags:
        country = likely.get(tag.split("-")[0].lower(), "").rsplit("_", 1)[-1]
        if country in MARKETS:
            return str(country)
    return FALLBACK
