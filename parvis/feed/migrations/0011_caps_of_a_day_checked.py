from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("feed", "0010_caps_of_a_day")]

    operations = [
        ValidateConstraint("choice", "feed_choice_says_known"),
        ValidateConstraint("choice", "feed_choice_most_counted"),
    ]
