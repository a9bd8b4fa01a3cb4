"""What codes of this package are called: `{{ code|reason }}`, `{{ code|measure }}`, `{{ kind|thing_kind }}`."""

from django import template

from parvis.safety import words
from parvis.safety.reasons import CATEGORY_OF, REASONS
from parvis.safety.registry import NAMES

register = template.Library()


@register.filter
def reason(code: str) -> str:
    """Why, in words."""
    return str(REASONS[code].words) if code in REASONS else code


@register.filter
def category(code: str) -> str:
    """The category of a reason, in words."""
    return str(CATEGORY_OF[code].words) if code in CATEGORY_OF else ""


@register.filter
def measure(code: str) -> str:
    """What a moderator does, in words."""
    return str(words.ON_THING.get(code) or words.ON_ACCOUNT.get(code) or code)


@register.filter
def done(code: str) -> str:
    """What was done, in words for the person concerned."""
    return str(words.DONE.get(code, code))


@register.filter
def ground(code: str) -> str:
    """On what ground."""
    return str(words.GROUNDS.get(code, code))


@register.filter
def thing_kind(code: str) -> str:
    """What kind of thing."""
    return str(NAMES.get(code, code))


@register.filter
def logged(code: str) -> str:
    """What happened in a case."""
    return str(words.LOGGED.get(code, code))
