# Traces are small numbers that hardly compress, and the list of a long row is rewritten once: compressing both costs the
# server more than the whole insert.

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('feed', '0004_open_lists'),
    ]

    operations = [
        migrations.RunSQL(
            'alter table "feed_slate" alter column "trace" set storage external, alter column "clips" set storage external',
            'alter table "feed_slate" alter column "trace" set storage extended, alter column "clips" set storage extended',
        ),
    ]
