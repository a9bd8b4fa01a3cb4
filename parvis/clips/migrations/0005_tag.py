from django.db import migrations, models

import parvis.kit.ids

KNOWN = """
insert into clips_tag (id, tag) select gen_random_uuid(), tag from (select distinct unnest(tags) as tag from clips_clip) t
on conflict do nothing
"""


class Migration(migrations.Migration):

    dependencies = [('clips', '0004_likeness')]

    operations = [
        migrations.CreateModel(
            name='Tag',
            fields=[
                ('id', models.UUIDField(default=parvis.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('tag', models.TextField(unique=True)),
                ('is_withheld', models.BooleanField(db_default=False, default=False)),
            ],
        ),
        migrations.RunSQL(KNOWN, migrations.RunSQL.noop),
    ]
