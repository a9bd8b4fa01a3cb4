"""Who may have an account, and in which age band."""

from datetime import date

from parvis.accounts.viewer import ADULT, TEEN, UNDER_16
from parvis.cells.markets import TEEN_AGE, Market


def age(born: date, today: date) -> int:
    """Return the age in whole years. Someone born on 29 February ages on 1 March in other years."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def age_band(born: date, today: date) -> str:
    """Return the age band on a day."""
    years = age(born, today)
    return UNDER_16 if years < TEEN_AGE else TEEN if years < 18 else ADULT


def may_open_account(born: date, today: date, market: Market) -> bool:
    """Whether somebody is old enough to open an account alone in a market."""
    return age(born, today) >= market.minimum_age


def private_by_default(born: date, today: date) -> bool:
    """Whether a new account begins as private: everybody under 16."""
    return age(born, today) < TEEN_AGE
