from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import Q

SAYS = ("more", "less", "most", "daily", "minutes", "never")
COUNTED = (
    Q(says="most", most__isnull=False, most__range=(1, 20))
    | Q(says__in=["daily", "minutes"], most__isnull=False, most__range=(1, 1440))
    | (~Q(says__in=["most", "daily", "minutes"]) & Q(most__isnull=True))
)


class Migration(migrations.Migration):
    """A cap on a topic may be one of a day, in clips or minutes. The rows that are there are checked by the next
    migration, without a lock that would keep anybody waiting; what the old release writes is still taken."""

    dependencies = [("feed", "0009_break_after")]

    operations = [
        migrations.RemoveConstraint("choice", "feed_choice_says_known"),
        AddConstraintNotValid(
            "choice",
            models.CheckConstraint(condition=Q(says__in=SAYS), name="feed_choice_says_known"),
        ),
        migrations.RemoveConstraint("choice", "feed_choice_most_counted"),
        AddConstraintNotValid(
            "choice",
            models.CheckConstraint(condition=COUNTED, name="feed_choice_most_counted"),
        ),
    ]
