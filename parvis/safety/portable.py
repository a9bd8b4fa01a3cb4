"""The data map of reports, cases, decisions and appeals."""

from django.utils.translation import gettext_lazy as _

from parvis.cells.datamap import Kind, Table, declare
from parvis.cells.records import hook

THERE = "What was reported and decided elsewhere holds elsewhere."

declare(
    Table(
        "safety_case",
        Kind.PRIVATE,
        private="id home person_id kind object state severity reach opened_at",
        operational="due_at claimed_by lease_until match",
        person="person_id",
        elsewhere="object",
        lost=THERE,
    ),
    Table(
        "safety_report",
        Kind.PRIVATE,
        private="id home person_id pseudonym case_id reason outcome created_at answered_at",
        sealed="words",
        person="person_id",
        elsewhere="case_id",
        kept_back="pseudonym",
        why="It names the person's activity, which is kept apart from the name.",
        lost=THERE,
    ),
    Table(
        "safety_decision",
        Kind.PRIVATE,
        private="id home person_id case_id on_thing on_account until ground reason rule created_at lifted_at"
        " account_ended_at",
        operational="decided_by letter_due_at letter_failures",
        sealed="facts before",
        person="person_id",
        lost=THERE,
    ),
    Table(
        "safety_appeal",
        Kind.PRIVATE,
        private="id home person_id decision_id state created_at heard_at",
        operational="heard_by",
        sealed="words answer",
        person="person_id",
        lost=THERE,
    ),
    Table("safety_preference", Kind.PRIVATE, private="id home person_id shows_sensitive", person="person_id"),
    Table("safety_blockedword", Kind.OPERATIONAL, operational="id word folded is_phrase created_at"),
    Table("safety_wordlist", Kind.PRIVATE, private="id home person_id", sealed="words", person="person_id"),
    # How a removed clip looked, and the id of a decision: no person, also while the decision is there.
    Table("safety_blockedlook", Kind.OPERATIONAL, operational="id decision reason version shown created_at lifted_at"),
    Table("safety_sweep", Kind.OPERATIONAL, operational="id after due_at done_at"),
    # Ids and pseudonyms that mean nothing once the case is erased, or the moderator's key is gone.
    Table("safety_logentry", Kind.OPERATIONAL, operational="id case by what data at"),
)

hook("safety_case", title=_("What was reported of yours"))
hook("safety_report", title=_("What you reported"))
hook("safety_decision", title=_("Decisions about you"))
hook("safety_appeal", title=_("Your appeals"))
hook("safety_preference", title=_("What you chose about sensitive clips"))
hook("safety_wordlist", title=_("Your words in comments"))
