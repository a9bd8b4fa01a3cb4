from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("feed", "0002_taken_back")]

    operations = [ValidateConstraint("watch", "feed_watch_kind_known")]
