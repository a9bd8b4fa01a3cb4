"""Everything that changes reports, cases, decisions and appeals. Keyword-only, atomic, permission first."""

from parvis.safety.actions.appeals import appeal, hear
from parvis.safety.actions.cases import Verdict, claim, decide, release
from parvis.safety.actions.preferences import show_sensitive
from parvis.safety.actions.reports import report
from parvis.safety.actions.roles import set_role

__all__ = ["Verdict", "appeal", "claim", "decide", "hear", "release", "report", "set_role", "show_sensitive"]
