"""Lists of followers are read newest first, however many there are."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("social", "0004_talk")]

    operations = [
        migrations.AddIndex(
            model_name="follower",
            index=models.Index(fields=["person", "state", "-id"], name="social_follower_newest"),
        ),
    ]
