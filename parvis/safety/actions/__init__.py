"""Everything that changes reports, cases, decisions and appeals. Keyword-only, atomic, permission first."""

from parvis.safety.actions.appeals import appeal, hear
from parvis.safety.actions.cases import Verdict, claim, decide, release
from parvis.safety.actions.preferences import show_sensitive
from parvis.safety.actions.reports import report
from parvis.safety.actions.roles import set_role
from parvis.safety.actions.words import allow_word, block_word, set_words

__all__ = [
    "Verdict",
    "allow_word",
    "appeal",
    "block_word",
    "claim",
    "decide",
    "hear",
    "release",
    "report",
    "set_role",
    "set_words",
    "show_sensitive",
]
