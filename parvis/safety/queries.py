"""Everything that reads reports, cases and decisions. `for_viewer` is the only door to what somebody sees of their own,
`for_moderator` to what a moderator sees."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db.models import Count, Q, QuerySet

from parvis.accounts.models import Person
from parvis.accounts.viewer import ADULT, Viewer
from parvis.cells.keys import pseudonym, unseal
from parvis.kit.clock import now
from parvis.kit.signing import BadSignatureError, sign, unsign
from parvis.safety import matching, states
from parvis.safety.errors import NoSuchCase, NoSuchDecision, NothingToReport, OwnThing
from parvis.safety.looks import Match, match_of
from parvis.safety.models import (
    Appeal,
    BlockedWord,
    Case,
    Decision,
    LogEntry,
    Preference,
    Report,
    WordList,
)
from parvis.safety.policies import SEE, appeal_ends, is_in_hand, may_appeal, require
from parvis.safety.reasons import REASONS
from parvis.safety.registry import Thing, find, kind_of

REPORT_WORDS: Final = "safety_report.words"
FACTS: Final = "safety_decision.facts"
BEFORE: Final = "safety_decision.before"
APPEAL_WORDS: Final = "safety_appeal.words"
ANSWER: Final = "safety_appeal.answer"
WORDS: Final = "safety_wordlist.words"
KEY: Final = "statement"
PAGE: Final = 50


def shows_sensitive(viewer: Viewer) -> bool:
    """Whether sensitive clips play uncovered for a viewer: an adult who chose so."""
    if viewer.person_id is None or viewer.age_band != ADULT:
        return False
    return Preference.objects.filter(person_id=viewer.person_id, shows_sensitive=True).exists()


def says_blocked(text: str) -> bool:
    """Whether a text holds a word, phrase or tag that the operator blocks. One query."""
    known = BlockedWord.objects.filter(Q(folded__in=matching.forms(text)) | Q(is_phrase=True))
    return matching.hits(text, list(known.values_list("folded", flat=True)))


def words_of(person: uuid.UUID) -> list[str]:
    """Return the words of a creator, as they typed them."""
    row = WordList.objects.filter(person_id=person).first()
    return unseal(person, WORDS, row.words).split("\n") if row else []


def id_of(text: str) -> uuid.UUID:
    """Return the id that a form names; one that nothing has where it names none."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.UUID(int=0)


def own_words(viewer: Viewer) -> str:
    """Return the viewer's own words, one a line."""
    return "\n".join(words_of(viewer.person_id)) if viewer.person_id else ""


def blocked_words() -> list[BlockedWord]:
    """Return the operator's words in their order."""
    return list(BlockedWord.objects.order_by("folded"))


def closing(person: uuid.UUID) -> QuerySet[Decision]:
    """Decisions in force that keep a person's account closed, the newest first."""
    closed = Q(on_account=states.CLOSE) | Q(on_account=states.SUSPEND)
    held = Decision.objects.filter(closed, person_id=person, lifted_at__isnull=True, account_ended_at__isnull=True)
    return held.order_by("-id")


def suspensions_over() -> QuerySet[Decision]:
    """Suspensions whose time is over, and whose accounts are to be opened again."""
    held = Decision.objects.filter(on_account=states.SUSPEND, lifted_at__isnull=True, account_ended_at__isnull=True)
    return held.filter(until__lte=now()).order_by("until")


def statement_address(decision: Decision) -> str:
    """Return the address of a statement of reasons that opens without signing in: for who cannot, and for letters."""
    return f"/decisions/{decision.id}?key={sign(KEY, decision.id.bytes, settings.SECRET_KEY.encode())}"


def is_key_of(decision: uuid.UUID, key: str) -> bool:
    """Whether a key is that of the address of a decision's statement."""
    try:
        return unsign(KEY, key, settings.SECRET_KEY.encode()) == decision.bytes
    except BadSignatureError:
        return False


def page_for_closed(person: Person) -> str:
    """Return where a person whose account is closed reads why; empty where no decision of ours closed it."""
    decision = closing(person.id).first()
    return statement_address(decision) if decision else ""


@dataclass(frozen=True)
class Statement:
    """A decision as the person reads it whom it concerns (article 17 of the Digital Services Act)."""

    decision: Decision
    thing: Thing | None
    facts: str
    appeal: Appeal | None
    appeal_words: str
    answer: str
    appeal_ends: datetime
    may_appeal: bool
    by_report: bool


@dataclass(frozen=True)
class Safety:
    """What one viewer may see."""

    viewer: Viewer

    def reports(self) -> list[Report]:
        """Return what the viewer has reported, the newest first."""
        if self.viewer.person_id is None:
            return []
        mine = Report.objects.filter(person_id=self.viewer.person_id).select_related("case")
        return list(mine.order_by("-id")[:PAGE])

    def decisions(self) -> list[Decision]:
        """Return the decisions about the viewer that did something, the newest first."""
        if self.viewer.person_id is None:
            return []
        mine = Decision.objects.filter(person_id=self.viewer.person_id).exclude(on_thing="", on_account="")
        return list(mine.select_related("case", "appeal").order_by("-id")[:PAGE])

    def statement(self, decision_id: uuid.UUID, key: str = "") -> Statement:
        """Return a decision about the viewer, or about whoever has the key of its address. NoSuchDecision otherwise."""
        decision = Decision.objects.filter(id=decision_id).select_related("case", "person", "appeal").first()
        if decision is None or not decision.measures:
            raise NoSuchDecision
        if decision.person_id != self.viewer.person_id and not is_key_of(decision_id, key):
            raise NoSuchDecision
        return statement_of(decision)


def statement_of(decision: Decision) -> Statement:
    """Return the statement of a decision, opened."""
    person, appeal = decision.person_id, getattr(decision, "appeal", None)
    return Statement(
        decision=decision,
        thing=find(decision.case.kind, decision.case.object),
        facts=unseal(person, FACTS, decision.facts),
        appeal=appeal,
        appeal_words=unseal(person, APPEAL_WORDS, appeal.words) if appeal else "",
        answer=unseal(person, ANSWER, appeal.answer) if appeal and appeal.answer else "",
        appeal_ends=appeal_ends(decision),
        may_appeal=may_appeal(decision, appeal, now()),
        by_report=decision.case.reports.exists(),
    )


def reportable(viewer: Viewer, name: str, thing_id: uuid.UUID) -> Thing:
    """Return a thing that the viewer may report. NothingToReport if it is not there or not for them; OwnThing."""
    kind = kind_of(name)
    thing = kind.as_seen(viewer, thing_id) if kind else None
    if thing is None:
        raise NothingToReport
    if viewer.person_id == thing.person.id:
        raise OwnThing
    return thing


def for_viewer(viewer: Viewer) -> Safety:
    """Return what a viewer may see of their own."""
    return Safety(viewer)


@dataclass(frozen=True)
class QueueRow:
    """A case in the queue. `hand`: "mine", "other", or empty while nobody has it in hand."""

    case: Case
    reports: int
    reasons: list[str]
    hand: str
    is_late: bool


@dataclass(frozen=True)
class ReportShown:
    """A report as a moderator reads it. Who reported is not shown: it should not weigh."""

    reason: str
    words: str
    is_visitor: bool
    created_at: datetime


@dataclass(frozen=True)
class CaseShown:
    """A case as a moderator works on it. `reason`: the one that most reports name, or that of `match`."""

    case: Case
    thing: Thing | None
    reports: list[ReportShown]
    reason: str
    statement: Statement | None
    earlier: list[Decision]
    log: list[LogEntry]
    match: Match | None
    hand: str
    next: Case | None


@dataclass(frozen=True)
class Moderation:
    """What one moderator may see."""

    moderator: Person

    @property
    def _me(self) -> uuid.UUID:
        return pseudonym(self.moderator.id)

    def _waiting(self) -> QuerySet[Case]:
        return Case.objects.filter(state__in=[states.WAITING, states.APPEALED]).order_by("due_at", "id")

    def queue(self, *, limit: int = PAGE) -> list[QueueRow]:
        """Return the cases that wait, in the order in which they should be looked at. Three queries."""
        cases = list(self._waiting().select_related("person").annotate(many=Count("reports"))[:limit])
        named = Report.objects.filter(case__in=cases).values_list("case_id", "reason").annotate(n=Count("id"))
        reasons: dict[uuid.UUID, list[str]] = {}
        for case, reason, _n in named.order_by("-n"):
            reasons.setdefault(case, []).append(str(REASONS[reason].words) if reason in REASONS else reason)
        return [
            QueueRow(case, case.many, reasons.get(case.id, [])[:2], self._hand(case), case.due_at < now())
            for case in cases
        ]

    def waiting(self) -> int:
        """Return how many cases wait."""
        return self._waiting().count()

    def case(self, case_id: uuid.UUID) -> CaseShown:
        """Return a case with its thing, what was reported, and what was decided before. NoSuchCase if there is none."""
        case = Case.objects.filter(id=case_id).select_related("person").first()
        if case is None:
            raise NoSuchCase
        decision = Decision.objects.filter(case=case).select_related("case", "person", "appeal").first()
        earlier = Decision.objects.filter(person_id=case.person_id).exclude(case=case).select_related("case", "appeal")
        match = match_of(case)
        named = case.reports.values_list("reason", flat=True).annotate(n=Count("id")).order_by("-n")
        return CaseShown(
            case=case,
            reason=named.first() or (match.reason if match else ""),
            match=match,
            thing=find(case.kind, case.object),
            reports=[_shown(case, one) for one in case.reports.order_by("id")[:PAGE]],
            statement=statement_of(decision) if decision else None,
            earlier=list(earlier.order_by("-id")[:PAGE]),
            log=list(LogEntry.objects.filter(case=case.id).order_by("id")),
            hand=self._hand(case),
            next=self._waiting().exclude(id=case.id).filter(due_at__gte=case.due_at).first()
            or self._waiting().exclude(id=case.id).first(),
        )

    def _hand(self, case: Case) -> str:
        if case.lease_until is None or case.lease_until < now():
            return ""
        return "other" if is_in_hand(case, self._me, now()) else "mine"


def _shown(case: Case, one: Report) -> ReportShown:
    sealed_for = one.person_id or case.person_id
    words = unseal(sealed_for, REPORT_WORDS, one.words) if one.words else ""
    reason = str(REASONS[one.reason].words) if one.reason in REASONS else one.reason
    return ReportShown(reason, words, one.person_id is None, one.created_at)


def for_moderator(person: Person | None) -> Moderation:
    """Return what a moderator may see: the only door. NotAModerator for anybody else."""
    return Moderation(require(person, SEE))


def with_roles() -> list[Person]:
    """Return everybody who has a role, by handle."""
    named = Person.objects.filter(Q(groups__isnull=False) | Q(is_superuser=True)).distinct()
    return list(named.prefetch_related("groups").order_by("handle"))
