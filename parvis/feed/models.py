"""Rows of what was shown, what happened then, and how a viewer wants the feed. Keyed by pseudonym, never by person."""

from typing import Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from parvis.cells.models import PrivateModel
from parvis.events.models import CurrentXid, Xid8Field
from parvis.kit.ids import uuid7
from parvis.kit.states import StateGraph
from parvis.recommender.viewers import DAILY, LESS, MINUTES, MORE, MOST, NEVER

PERSONAL, NEWEST = "personal", "newest"
# What a page may report. "undo" is no row of its own: it turns the "not-interested" that it takes back into a row that
# counts for nothing, and stays, so that the refusal is not taken for new when it is sent once more.
UNDO, TAKEN_BACK = "undo", "taken-back"
REPORTED = ("watch", "skip", "like", "unlike", "share", "follow", "comment", "not-interested", UNDO)
KINDS = (*REPORTED[:-1], TAKEN_BACK)
PLANNED: Final = "planned"
RUNNING: Final = "running"
STOPPED: Final = "stopped"
WITHDRAWN: Final = "withdrawn"
EXPERIMENT = StateGraph(
    "feed_experiment.state",
    initial=PLANNED,
    moves={
        PLANNED: {RUNNING: "operator or worker", WITHDRAWN: "operator"},
        RUNNING: {STOPPED: "operator or worker"},
        STOPPED: {},
        WITHDRAWN: {},
    },
)
# Who may be in an experiment: only those known to be adults; also visitors, whose age nobody knows; everybody.
ADULTS, VISITORS_TOO, EVERYBODY = "adults", "visitors-too", "everybody"
AUDIENCES = (ADULTS, VISITORS_TOO, EVERYBODY)
# What a viewer may say about a creator, a sound (both by id) or a tag. `most`: of MOST clips of a slate, of DAILY clips
# of a day, of MINUTES minutes of a day.
CREATOR, SOUND, TAG = "creator", "sound", "tag"
TOPICS = (TAG, CREATOR, SOUND)
SAYS = (MORE, LESS, MOST, DAILY, MINUTES, NEVER)


class Slate(PrivateModel):
    """Clips as they were shown, written before they are shown; the place in `clips` is the position.

    While a row `is_open`, more of its clips may be shown (see `ahead`); closing cuts `clips` to those that were.
    `trace` says why each is there: see `traces`. `recipe` names what the trace's numbers mean. `xid` is the writer's
    transaction, by which other processes find what is new.
    """

    pseudonym = models.UUIDField()
    feed = models.TextField()
    clips = ArrayField(models.UUIDField())
    recipe = models.BigIntegerField()
    trace = models.BinaryField()
    is_open = models.BooleanField(default=False, db_default=False)
    xid = Xid8Field(db_default=CurrentXid(), editable=False)

    class Meta(PrivateModel.Meta):
        indexes = [
            models.Index(fields=["pseudonym", "-id"], name="feed_slate_of_viewer"),
            models.Index(fields=["xid"], name="feed_slate_news"),
        ]


class Watch(PrivateModel):
    """What a viewer did with a clip. `id` is made by the browser: the same report sent twice is one row."""

    pseudonym = models.UUIDField()
    slate = models.UUIDField(null=True)
    position = models.SmallIntegerField(default=0)
    clip = models.UUIDField()
    kind = models.TextField()
    watched_ms = models.IntegerField(default=0)
    loops = models.IntegerField(default=0)
    at = models.DateTimeField(db_default=Now())
    xid = Xid8Field(db_default=CurrentXid(), editable=False)

    class Meta(PrivateModel.Meta):
        indexes = [
            models.Index(fields=["pseudonym", "-at"], name="feed_watch_of_viewer"),
            models.Index(fields=["pseudonym"], condition=Q(kind="not-interested"), name="feed_watch_refused"),
            models.Index(fields=["xid"], name="feed_watch_news"),
        ]
        constraints = [
            *PrivateModel.Meta.constraints,
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="feed_watch_kind_known"),
            models.CheckConstraint(
                condition=Q(watched_ms__gte=0, loops__gte=0, position__gte=0), name="feed_watch_not_negative"
            ),
        ]


class Preference(PrivateModel):
    """How one viewer wants the feed; `id` is the pseudonym. What was watched before `reset_at` counts no more.

    `minutes` is the viewer's own cap: after so many a day (UTC) the feed ends. Null: none. `break_after`: after so many
    minutes in one go a card reminds of a break; 0 for never, null for what is usual at the viewer's age.
    """

    mode = models.TextField(default=PERSONAL)
    reset_at = models.DateTimeField(null=True)
    minutes = models.SmallIntegerField(null=True)
    break_after = models.SmallIntegerField(null=True)
    changed_at = models.DateTimeField(db_default=Now())
    xid = Xid8Field(db_default=CurrentXid(), editable=False)

    class Meta(PrivateModel.Meta):
        indexes = [models.Index(fields=["xid"], name="feed_preference_news")]
        constraints = [
            *PrivateModel.Meta.constraints,
            models.CheckConstraint(condition=Q(mode__in=[PERSONAL, NEWEST]), name="feed_preference_mode_known"),
            models.CheckConstraint(condition=Q(minutes__range=(1, 1440)), name="feed_preference_minutes_of_a_day"),
            models.CheckConstraint(condition=Q(break_after__range=(0, 240)), name="feed_preference_break_after"),
        ]


class Choice(PrivateModel):
    """What a viewer said about a topic: `says` of the creator, sound or tag `value`. Processes learn of a change by
    the viewer's preference, whose `xid` changes with it."""

    pseudonym = models.UUIDField()
    topic = models.TextField()
    value = models.TextField()
    says = models.TextField()
    most = models.SmallIntegerField(null=True)
    changed_at = models.DateTimeField(db_default=Now())

    class Meta(PrivateModel.Meta):
        constraints = [
            *PrivateModel.Meta.constraints,
            models.UniqueConstraint(fields=["pseudonym", "topic", "value"], name="feed_choice_once"),
            models.CheckConstraint(condition=Q(topic__in=TOPICS), name="feed_choice_topic_known"),
            models.CheckConstraint(condition=Q(says__in=SAYS), name="feed_choice_says_known"),
            models.CheckConstraint(
                condition=Q(says=MOST, most__isnull=False, most__range=(1, 20))
                | Q(says__in=[DAILY, MINUTES], most__isnull=False, most__range=(1, 1440))
                | (~Q(says__in=[MOST, DAILY, MINUTES]) & Q(most__isnull=True)),
                name="feed_choice_most_counted",
            ),
        ]


class Recipe(models.Model):
    """How slates were made at some time: names of stages and parts, and the model's numbers. `id` is its own hash."""

    id = models.BigIntegerField(primary_key=True)
    feed = models.TextField()
    body = models.JSONField()
    created_at = models.DateTimeField(db_default=Now())


class Experiment(models.Model):
    """Two ways of making For You that are compared. `id` is also the salt that splits the viewers.

    `way_a`, `way_b`: what each changes in the feed (see recommender/variants.py); nothing is the feed as it is. `share`
    of the viewers take part, half of them each way. `measure` decides; `effect` is the change hoped for, as a share.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.TextField()
    state = models.TextField(default=EXPERIMENT.initial)
    way_a = models.JSONField(default=dict, blank=True)
    way_b = models.JSONField(default=dict, blank=True)
    share = models.FloatField(default=1.0)
    audience = models.TextField(default=ADULTS)
    measure = models.TextField(default="watched")
    effect = models.FloatField(default=0.05)
    starts_at = models.DateTimeField(null=True, blank=True)  # null: when an operator starts it
    stops_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name"], name="feed_experiment_name"),
            models.UniqueConstraint(fields=["state"], condition=Q(state=RUNNING), name="feed_experiment_one_runs"),
            models.CheckConstraint(condition=Q(state__in=EXPERIMENT.states), name="feed_experiment_state_known"),
            models.CheckConstraint(condition=Q(audience__in=AUDIENCES), name="feed_experiment_audience_known"),
            models.CheckConstraint(
                condition=Q(share__gt=0, share__lte=1, effect__gt=0, effect__lte=1), name="feed_experiment_shares"
            ),
        ]
