"""Rows of reports, cases, decisions and appeals.

A case and what follows from it belong to the person whose thing was reported; a report belongs to whoever made it.
Moderators appear by pseudonym only (`cells.keys.pseudonym`): a person who loads their own data does not learn who
decided, and the log names nobody once a moderator's key is gone.
"""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from parvis.accounts.models import Person
from parvis.cells.models import PrivateModel
from parvis.kit.ids import uuid7
from parvis.safety import states

WORDS_LONGEST = 2000
FACTS_LONGEST = 5000  # what the Commission's database takes


class Case(PrivateModel):
    """What moderators look at: one thing of one person, with everything that was reported of it.

    `due_at` orders the queue: when it was opened, and how long its severity and reach let it wait. A moderator has it
    in hand by `claimed_by` until `lease_until`. `match` is the `BlockedLook` that its pictures are like:
    the clip is held until the case is decided.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    kind = models.TextField()
    object = models.UUIDField()
    state = models.TextField(default=states.CASE.initial)
    severity = models.SmallIntegerField(default=1)
    reach = models.IntegerField(default=0)
    opened_at = models.DateTimeField(db_default=Now())
    due_at = models.DateTimeField()
    claimed_by = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    match = models.UUIDField(null=True)

    class Meta(PrivateModel.Meta):
        default_permissions = ()
        permissions = [
            ("see_cases", "Can see reports and cases"),
            ("decide_cases", "Can decide cases"),
            ("hear_appeals", "Can hear appeals"),
            ("manage_safety", "Can manage roles, words and lists of hashes"),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(state__in=[states.WAITING, states.APPEALED]), name="safety_case_queue"
            ),
            models.Index(fields=["kind", "object"], name="safety_case_of_thing"),
        ]
        constraints = [
            *PrivateModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["kind", "object"], condition=Q(state=states.WAITING), name="safety_case_one_waiting"
            ),
            models.CheckConstraint(condition=Q(state__in=states.CASE.states), name="safety_case_state_known"),
            models.CheckConstraint(condition=Q(severity__gte=1, severity__lte=4), name="safety_case_severity_known"),
        ]

    @property
    def is_waiting(self) -> bool:
        """Whether it waits for its first decision."""
        return self.state == states.WAITING

    @property
    def is_appealed(self) -> bool:
        """Whether it waits for an appeal to be heard."""
        return self.state == states.APPEALED


class Report(PrivateModel):
    """Somebody says that something is wrong. `person` is None for a visitor, whom `pseudonym` names.

    `words` are sealed for who reported; those of a visitor, who has no key, for the person of the case.
    """

    person = models.ForeignKey(Person, models.CASCADE, null=True, related_name="+")
    pseudonym = models.UUIDField()
    case = models.ForeignKey(Case, models.CASCADE, related_name="reports")
    reason = models.TextField()
    words = models.BinaryField(null=True)
    outcome = models.TextField(default="", blank=True)
    created_at = models.DateTimeField(db_default=Now())
    answered_at = models.DateTimeField(null=True)

    class Meta(PrivateModel.Meta):
        default_permissions = ()
        indexes = [models.Index(fields=["person", "-id"], name="safety_report_newest")]
        constraints = [
            *PrivateModel.Meta.constraints,
            models.UniqueConstraint(fields=["case", "pseudonym"], name="safety_report_once"),
            models.CheckConstraint(condition=Q(outcome__in=["", "acted", "nothing"]), name="safety_report_outcome"),
        ]


class Decision(PrivateModel):
    """What was decided in a case, and why: the statement of reasons is made of this row.

    `on_thing` and `on_account` say what was done; both empty: nothing was wrong. `facts` and `before` (what is needed
    to undo it) are sealed for the person. `lifted_at`: an appeal has reversed it. `account_ended_at`: the time of its
    suspension is over.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    case = models.OneToOneField(Case, models.CASCADE, related_name="decision")
    on_thing = models.TextField(default="", blank=True)
    on_account = models.TextField(default="", blank=True)
    until = models.DateTimeField(null=True)
    ground = models.TextField(default="", blank=True)
    reason = models.TextField(default="", blank=True)
    rule = models.TextField(default="", blank=True)
    facts = models.BinaryField()
    before = models.BinaryField(null=True)
    decided_by = models.UUIDField()
    created_at = models.DateTimeField(db_default=Now())
    lifted_at = models.DateTimeField(null=True)
    account_ended_at = models.DateTimeField(null=True)
    letter_due_at = models.DateTimeField(null=True)
    letter_failures = models.IntegerField(default=0)

    class Meta(PrivateModel.Meta):
        default_permissions = ()
        indexes = [
            models.Index(fields=["person", "-id"], name="safety_decision_newest"),
            models.Index(fields=["letter_due_at"], condition=Q(letter_due_at__isnull=False), name="safety_letter_due"),
            models.Index(
                fields=["until"],
                condition=Q(until__isnull=False, account_ended_at__isnull=True),
                name="safety_decision_until",
            ),
        ]
        constraints = [
            *PrivateModel.Meta.constraints,
            models.CheckConstraint(condition=Q(on_thing__in=["", *states.ON_THING]), name="safety_decision_on_thing"),
            models.CheckConstraint(
                condition=Q(on_account__in=["", *states.ON_ACCOUNT]), name="safety_decision_on_account"
            ),
            models.CheckConstraint(
                condition=Q(on_account=states.SUSPEND, until__isnull=False)
                | ~Q(on_account=states.SUSPEND) & Q(until__isnull=True),
                name="safety_decision_until_when",
            ),
            models.CheckConstraint(
                condition=Q(on_thing="", on_account="") | Q(ground__in=[states.LAW, states.TERMS]) & ~Q(reason=""),
                name="safety_decision_has_ground",
            ),
        ]

    @property
    def measures(self) -> list[str]:
        """What was done, in the order thing, account."""
        return [measure for measure in (self.on_thing, self.on_account) if measure]


class Appeal(PrivateModel):
    """A person asks that a decision be looked at again. Once; another moderator hears it, which the database holds to.

    `words` and `answer` are sealed for the person.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    decision = models.OneToOneField(Decision, models.CASCADE, related_name="appeal")
    state = models.TextField(default=states.APPEAL.initial)
    words = models.BinaryField()
    answer = models.BinaryField(null=True)
    heard_by = models.UUIDField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    heard_at = models.DateTimeField(null=True)

    class Meta(PrivateModel.Meta):
        default_permissions = ()
        constraints = [
            *PrivateModel.Meta.constraints,
            models.CheckConstraint(condition=Q(state__in=states.APPEAL.states), name="safety_appeal_state_known"),
            models.CheckConstraint(
                condition=Q(state=states.WAITING, heard_by__isnull=True, heard_at__isnull=True)
                | ~Q(state=states.WAITING) & Q(heard_by__isnull=False, heard_at__isnull=False),
                name="safety_appeal_heard_by_somebody",
            ),
        ]


class Preference(PrivateModel):
    """What a person wants of the rules that leave a choice. No row: everything as it is at first."""

    person = models.OneToOneField(Person, models.CASCADE, related_name="+")
    shows_sensitive = models.BooleanField(default=False, db_default=False)

    class Meta(PrivateModel.Meta):
        default_permissions = ()


class BlockedWord(models.Model):
    """A word or tag that nobody may write here, as the operator typed it and as it is compared."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    word = models.TextField()
    folded = models.TextField(unique=True)
    is_phrase = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        default_permissions = ()


class BlockedLook(models.Model):
    """How a clip looked that was removed and may not return (`media.likeness`). The list only grows: the database
    refuses to delete a row, and to change more than `lifted_at`, when an appeal reversed the decision.

    No person is in it: `decision` is an id that means nothing once the decision is erased.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    decision = models.UUIDField(unique=True)
    reason = models.TextField()
    version = models.SmallIntegerField()
    shown = models.BinaryField()
    created_at = models.DateTimeField(db_default=Now())
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()


class Sweep(models.Model):
    """How far the clips that were there before a look was blocked have been compared with it. The look is `id`; `after`
    is the last `Likeness` compared. `due_at`: when to go on; `done_at`: nothing is left. No person is in it.
    """

    id = models.UUIDField(primary_key=True)
    after = models.UUIDField()
    due_at = models.DateTimeField(db_default=Now())
    done_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["due_at"], condition=Q(done_at__isnull=True), name="safety_sweep_due")]


class WordList(PrivateModel):
    """The words of a creator: comments that say one wait until the creator lets them be seen. Sealed, a word a line."""

    person = models.OneToOneField(Person, models.CASCADE, related_name="+")
    words = models.BinaryField()

    class Meta(PrivateModel.Meta):
        default_permissions = ()


class LogEntry(models.Model):
    """Who did what in which case, for ever: the database refuses to change or delete a row.

    No person is in it: `by` is a moderator's pseudonym, `case` an id that means nothing once the case is erased.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.UUIDField(db_index=True)
    by = models.UUIDField(null=True)
    what = models.TextField()
    data = models.JSONField(default=dict)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        default_permissions = ()
