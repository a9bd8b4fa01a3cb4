"""Rows of news: what a person was told, of whom, and how the person wants to be told."""

from typing import Final

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from parvis.accounts.models import Person
from parvis.cells.models import PrivateModel

NEVER: Final = "never"
DAILY: Final = "daily"
WEEKLY: Final = "weekly"
DIGESTS: Final = (NEVER, DAILY, WEEKLY)

EVERYONE: Final = "everyone"
FOLLOWED: Final = "followed"
NOBODY: Final = "nobody"
AUDIENCES: Final = (EVERYONE, FOLLOWED, NOBODY)
DAY_MINUTES: Final = 24 * 60


class Notice(PrivateModel):
    """News of one kind about one thing, for one person: one row, however many did it. Whatever comes later moves it up
    and makes it unread.

    `about` is the person's own id where the news is about nothing else. `count` is how many did it: the rows of
    `NoticeActor`. One that is not `is_listed` only calls a phone.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    kind = models.TextField()
    about = models.UUIDField()
    detail = models.UUIDField(null=True)
    count = models.IntegerField(default=0)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    is_listed = models.BooleanField(default=True)

    class Meta(PrivateModel.Meta):
        indexes = [
            models.Index(fields=["person", "-at", "-id"], condition=Q(is_listed=True), name="inbox_notice_newest"),
            models.Index(
                fields=["person"], condition=Q(is_listed=True, read_at__isnull=True), name="inbox_notice_unread"
            ),
            models.Index(fields=["at"], name="inbox_notice_age"),
        ]
        constraints = [
            *PrivateModel.Meta.constraints,
            models.UniqueConstraint(fields=["person", "kind", "about"], name="inbox_notice_once"),
            models.CheckConstraint(condition=Q(count__gte=0), name="inbox_notice_count"),
        ]


class NoticeActor(PrivateModel):
    """Somebody who did what a notice tells of, once; `detail` is the latest of it. Lies in the told person's home."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    notice = models.ForeignKey(Notice, models.CASCADE, related_name="actors")
    actor = models.ForeignKey(Person, models.CASCADE, related_name="+")
    detail = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta(PrivateModel.Meta):
        indexes = [models.Index(fields=["notice", "-at"], name="inbox_actor_newest")]
        constraints = [
            *PrivateModel.Meta.constraints,
            models.UniqueConstraint(fields=["notice", "actor"], name="inbox_actor_once"),
        ]


class NoticeChoice(PrivateModel):
    """How a person wants to be told of one kind of news. Without a row the kind's own defaults hold."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    kind = models.TextField()
    in_app = models.BooleanField()
    push = models.BooleanField()
    digest = models.BooleanField()

    class Meta(PrivateModel.Meta):
        constraints = [
            *PrivateModel.Meta.constraints,
            models.UniqueConstraint(fields=["person", "kind"], name="inbox_choice_once"),
        ]


class Preferences(PrivateModel):
    """What a person has chosen for all that reaches them. Without a row the defaults hold.

    Quiet hours are minutes of the day in the time zone `zone` (IANA; empty: the home's own); equal ones are none at
    all, which the person chose if `is_quiet_chosen`. `messages_from`: who may write whom the person does not follow.
    `digest_at`: when the next letter is due; `digest_until`: up to when letters have told; `digest_failures`: how often
    the one that is due could not be sent.
    """

    person = models.OneToOneField(Person, models.CASCADE, related_name="+")
    zone = models.TextField(default="", blank=True)
    quiet_from = models.SmallIntegerField(default=0)
    quiet_until = models.SmallIntegerField(default=0)
    is_quiet_chosen = models.BooleanField(default=False, db_default=False)
    messages_from = models.TextField(default=EVERYONE)
    digest = models.TextField(default=NEVER)
    digest_at = models.DateTimeField(null=True)
    digest_until = models.DateTimeField(null=True)
    digest_failures = models.SmallIntegerField(default=0, db_default=0)
    changed_at = models.DateTimeField(db_default=Now())

    class Meta(PrivateModel.Meta):
        indexes = [
            models.Index(fields=["digest_at"], condition=Q(digest_at__isnull=False), name="inbox_preferences_due")
        ]
        constraints = [
            *PrivateModel.Meta.constraints,
            models.CheckConstraint(condition=Q(digest__in=DIGESTS), name="inbox_preferences_digest"),
            models.CheckConstraint(condition=Q(messages_from__in=AUDIENCES), name="inbox_preferences_messages"),
            models.CheckConstraint(
                condition=Q(quiet_from__gte=0, quiet_from__lt=DAY_MINUTES)
                & Q(quiet_until__gte=0, quiet_until__lt=DAY_MINUTES),
                name="inbox_preferences_quiet",
            ),
        ]

    @property
    def quiet(self) -> tuple[int, int] | None:
        """The quiet hours that the person chose; None where nothing was chosen."""
        if self.is_quiet_chosen or self.quiet_from != self.quiet_until:
            return self.quiet_from, self.quiet_until
        return None
