"""Rows of family links. Each of the two has a copy of the link, in their own home; what is set for a teen lies with the
teen."""

from typing import Final

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from parvis.accounts.bounds import AUDIENCES
from parvis.accounts.models import Person
from parvis.cells.models import PrivateModel
from parvis.kit.states import StateGraph

TEEN: Final = "teen"
GUARDIAN: Final = "guardian"
ROLES: Final = (TEEN, GUARDIAN)

PROPOSED: Final = "proposed"
LINKED: Final = "linked"
DECLINED: Final = "declined"
EXPIRED: Final = "expired"
ENDED: Final = "ended"
# Of one copy. Who declines closes the own copy alone: whoever asked is not told, and their question expires.
LINK = StateGraph(
    "guardians_link.state",
    PROPOSED,
    {
        PROPOSED: {LINKED: "who was asked", DECLINED: "who was asked", EXPIRED: "worker", ENDED: "who asked"},
        LINKED: {ENDED: "either, or the worker at 18"},
        DECLINED: {},
        EXPIRED: {},
        ENDED: {},
    },
)
LIVING: Final = (PROPOSED, LINKED)

ASKED: Final = "asked"
RULES: Final = "rules"
LOGGED: Final = (ASKED, LINKED, RULES, ENDED)
DAY_MINUTES: Final = 24 * 60


class Link(PrivateModel):
    """One person's copy of a link. `link` is the same in both; `role` is what the person is in it.

    `is_asker`: the person asked. An adult who asked by name may have the only copy: whether there is anybody who can
    say yes is not told. `checked_at`: when it was last looked whether the teen is 18 (in the teen's copy).
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    other = models.ForeignKey(Person, models.CASCADE, related_name="+")
    link = models.UUIDField()
    role = models.TextField()
    is_asker = models.BooleanField()
    state = models.TextField(default=LINK.initial)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    linked_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(db_default=Now())

    class Meta(PrivateModel.Meta):
        indexes = [
            models.Index(fields=["link"], name="guardians_link_copies"),
            models.Index(fields=["expires_at"], condition=Q(state=PROPOSED), name="guardians_link_waiting"),
            models.Index(fields=["checked_at"], condition=Q(state=LINKED, role=TEEN), name="guardians_link_growing"),
            models.Index(fields=["closed_at"], condition=Q(closed_at__isnull=False), name="guardians_link_closed"),
        ]
        constraints = [
            *PrivateModel.Meta.constraints,
            models.UniqueConstraint(fields=["person", "link"], name="guardians_link_copy"),
            models.UniqueConstraint(
                fields=["person", "other"], condition=Q(state__in=LIVING), name="guardians_link_once"
            ),
            models.CheckConstraint(condition=~Q(person=F("other")), name="guardians_link_not_self"),
            models.CheckConstraint(condition=Q(role__in=ROLES), name="guardians_link_role_known"),
            models.CheckConstraint(condition=Q(state__in=LINK.states), name="guardians_link_state_known"),
        ]

    def __str__(self) -> str:
        return f"{self.person} - {self.other}"

    @property
    def is_linked(self) -> bool:
        """Whether the two are linked."""
        return self.state == LINKED

    @property
    def waits_for_me(self) -> bool:
        """Whether the person is asked and has not answered."""
        return self.state == PROPOSED and not self.is_asker


class Rules(PrivateModel):
    """What one guardian has set for a teen: in the teen's home. Without a row, or where empty: nothing.

    Quiet hours are minutes of the day in the teen's time zone, both or neither. `tags` are sealed, one a line.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    link = models.OneToOneField(Link, models.CASCADE, related_name="rules")
    minutes = models.SmallIntegerField(null=True)
    break_after = models.SmallIntegerField(null=True)
    quiet_from = models.SmallIntegerField(null=True)
    quiet_until = models.SmallIntegerField(null=True)
    is_kept_private = models.BooleanField(default=False)
    messages = models.TextField(default=AUDIENCES[0])
    comments = models.TextField(default=AUDIENCES[0])
    tags = models.BinaryField(null=True)
    changed_at = models.DateTimeField(db_default=Now())

    class Meta(PrivateModel.Meta):
        constraints = [
            *PrivateModel.Meta.constraints,
            models.CheckConstraint(condition=Q(minutes__range=(1, DAY_MINUTES)), name="guardians_rules_minutes"),
            models.CheckConstraint(condition=Q(break_after__range=(1, DAY_MINUTES)), name="guardians_rules_break"),
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | Q(quiet_from__range=(0, DAY_MINUTES - 1), quiet_until__range=(0, DAY_MINUTES - 1)),
                name="guardians_rules_quiet",
            ),
            models.CheckConstraint(
                condition=Q(messages__in=AUDIENCES, comments__in=AUDIENCES), name="guardians_rules_audiences"
            ),
        ]


class Change(PrivateModel):
    """What happened to a link, for the teen to read. `what` is a word of LOGGED; of RULES `said` has what is new of
    each rule, of tags how many they are. `by` is empty for what happened by itself."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    link = models.ForeignKey(Link, models.CASCADE, related_name="changes")
    by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    what = models.TextField()
    said = models.JSONField(default=dict)
    at = models.DateTimeField(db_default=Now())

    class Meta(PrivateModel.Meta):
        indexes = [models.Index(fields=["link", "-id"], name="guardians_change_newest")]
        constraints = [
            *PrivateModel.Meta.constraints,
            models.CheckConstraint(condition=Q(what__in=LOGGED), name="guardians_change_known"),
        ]


class Code(PrivateModel):
    """What a teen shows to an adult who is to ask them. Used once, for a quarter of an hour; only its hash is kept."""

    person = models.OneToOneField(Person, models.CASCADE, db_column="person_id", related_name="+")
    code_hash = models.BinaryField(unique=True)
    expires_at = models.DateTimeField(db_index=True)
