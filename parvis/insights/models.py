"""Rows of figures: how a clip was watched, day by day and group by group. They are their creator's."""

from typing import Final

from django.db import models
from django.db.models import Q

from parvis.accounts.models import Person
from parvis.cells.models import PrivateModel
from parvis.clips.models import Clip
from parvis.events.models import Xid8Field

# What a group is a part of: all views; a market; where the clip was shown; how many tenths of it were watched.
ALL: Final = "all"
MARKET: Final = "market"
SOURCE: Final = "source"
TENTH: Final = "tenth"
GROUPS: Final = (ALL, MARKET, SOURCE, TENTH)
FLOOR: Final = 10  # viewers; of fewer nothing is told


class Day(PrivateModel):
    """How one clip was watched on one day (UTC).

    A view is one showing in which something was played. `watched_ms` is all that was played, `first_ms` that of the
    first time through alone; `again` are the views that saw it more than once, `loops` how often they began anew.
    """

    creator = models.ForeignKey(Person, models.CASCADE, related_name="+", db_index=False)
    clip = models.ForeignKey(Clip, models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()
    views = models.IntegerField(default=0)
    watched_ms = models.BigIntegerField(default=0)
    first_ms = models.BigIntegerField(default=0)
    again = models.IntegerField(default=0)
    loops = models.BigIntegerField(default=0)

    class Meta(PrivateModel.Meta):
        indexes = [models.Index(fields=["creator", "day"], name="insights_day_of_creator")]
        constraints = [
            *PrivateModel.Meta.constraints,
            models.UniqueConstraint(fields=["clip", "day"], name="insights_day_once"),
            models.CheckConstraint(
                condition=Q(views__gte=0, watched_ms__gte=0, first_ms__gte=0, again__gte=0, loops__gte=0),
                name="insights_day_not_negative",
            ),
        ]


class Group(PrivateModel):
    """How many views of a clip fall into a group: `value` of `kind`. It `is_open` once FLOOR viewers are in it; tenths
    are as open as all views are."""

    creator = models.ForeignKey(Person, models.CASCADE, related_name="+")
    clip = models.ForeignKey(Clip, models.CASCADE, related_name="+", db_index=False)
    kind = models.TextField()
    value = models.TextField(blank=True)
    views = models.IntegerField(default=0)
    is_open = models.BooleanField(default=False)

    class Meta(PrivateModel.Meta):
        constraints = [
            *PrivateModel.Meta.constraints,
            models.UniqueConstraint(fields=["clip", "kind", "value"], name="insights_group_once"),
            models.CheckConstraint(condition=Q(kind__in=GROUPS), name="insights_group_kind_known"),
            models.CheckConstraint(condition=Q(views__gte=0), name="insights_group_not_negative"),
        ]


class Seen(PrivateModel):
    """A viewer saw a clip, in a feed of the kind `source`: kept while a group of this viewer's is too small to be told,
    so that people can be counted. It is the viewer's own row and goes with the viewer."""

    pseudonym = models.UUIDField()
    clip = models.UUIDField()
    source = models.TextField()

    class Meta(PrivateModel.Meta):
        indexes = [models.Index(fields=["pseudonym"], name="insights_seen_of_viewer")]
        constraints = [
            *PrivateModel.Meta.constraints,
            models.UniqueConstraint(fields=["clip", "pseudonym", "source"], name="insights_seen_once"),
        ]


class Progress(models.Model):
    """How far the watches are counted: every transaction up to and including `xid`. One row, `id` 1."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    xid = Xid8Field(default=0)
