from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

KINDS = (
    "watch", "skip", "like", "unlike", "share", "follow", "comment", "not-interested", "taken-back",
)


class Migration(migrations.Migration):
    """A watch may be of the kind "taken-back". The rows that are there are checked by the next migration, without a
    lock that would keep anybody waiting; what the old release writes is still taken."""

    dependencies = [("feed", "0001_initial")]

    operations = [
        migrations.RemoveConstraint("watch", "feed_watch_kind_known"),
        AddConstraintNotValid(
            "watch",
            models.CheckConstraint(condition=models.Q(kind__in=KINDS), name="feed_watch_kind_known"),
        ),
    ]
