import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import parvis.kit.ids
from parvis.cells.operations import ReplicaIdentity

# A group was made with its starter's copy first: ids rise.
STARTERS = """
update inbox_chat c set starter_id = o.person_id
from (select distinct on (conversation) conversation, person_id from inbox_chat where is_group order by conversation, id) o
where c.is_group and c.conversation = o.conversation and c.starter_id is null
"""


class Migration(migrations.Migration):

    dependencies = [
        ('inbox', '0004_quiet_chosen'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField('message', 'is_withheld', models.BooleanField(db_default=False, default=False)),
        migrations.AddField('chat', 'is_title_withheld', models.BooleanField(db_default=False, default=False)),
        migrations.AddField(
            'chat',
            'starter',
            models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.RunSQL(STARTERS, migrations.RunSQL.noop),
        migrations.CreateModel(
            name='Evidence',
            fields=[
                ('id', models.UUIDField(default=parvis.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('home', models.TextField()),
                ('kind', models.TextField()),
                ('subject', models.UUIDField()),
                ('body', models.BinaryField(null=True)),
                ('clip', models.UUIDField(null=True)),
                ('picture', models.TextField(blank=True, default='')),
                ('picture_key', models.BinaryField(null=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
                'constraints': [
                    models.UniqueConstraint(fields=('home', 'id'), name='inbox_evidence_home_id'),
                    models.UniqueConstraint(fields=('kind', 'subject'), name='inbox_evidence_once'),
                    models.CheckConstraint(condition=models.Q(('kind__in', ['message', 'group'])), name='inbox_evidence_kind'),
                ],
            },
        ),
        ReplicaIdentity("inbox_evidence"),
    ]
