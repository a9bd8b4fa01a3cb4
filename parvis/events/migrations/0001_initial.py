import django.db.models.functions.datetime
import parvis.events.models
import parvis.kit.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Cursor',
            fields=[
                ('subscriber', models.TextField(primary_key=True, serialize=False)),
                ('xid', parvis.events.models.Xid8Field()),
                ('event', models.UUIDField()),
                ('failures', models.IntegerField(default=0)),
                ('retry_at', models.DateTimeField(null=True)),
                ('error', models.TextField(blank=True, default='')),
            ],
        ),
        migrations.CreateModel(
            name='Worker',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('host', models.TextField()),
                ('started_at', models.DateTimeField()),
                ('seen_at', models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name='Event',
            fields=[
                ('id', models.UUIDField(default=parvis.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('kind', models.TextField()),
                ('home', models.TextField()),
                ('actor', models.UUIDField(null=True)),
                ('object', models.UUIDField(null=True)),
                ('data', models.JSONField(default=dict)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('xid', parvis.events.models.Xid8Field(db_default=parvis.events.models.CurrentXid(), editable=False)),
            ],
            options={
                'indexes': [models.Index(fields=['xid', 'id'], name='events_event_order'), models.Index(fields=['actor'], name='events_event_actor')],
                'constraints': [models.UniqueConstraint(fields=('home', 'id'), name='events_event_home_id')],
            },
        ),
        # The private tables above say `ReplicaIdentity`; this package lies below it.
        migrations.RunSQL(
            "alter table events_event replica identity using index events_event_home_id",
            "alter table events_event replica identity default",
        ),
    ]
