import django.db.models.functions.datetime
import parvis.kit.ids
from django.db import migrations, models

from parvis.cells.operations import ReplicaIdentity


class Migration(migrations.Migration):

    dependencies = [
        ('feed', '0006_experiment'),
    ]

    operations = [
        migrations.CreateModel(
            name='Choice',
            fields=[
                ('id', models.UUIDField(default=parvis.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('home', models.TextField()),
                ('pseudonym', models.UUIDField()),
                ('topic', models.TextField()),
                ('value', models.TextField()),
                ('says', models.TextField()),
                ('most', models.SmallIntegerField(null=True)),
                ('changed_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='preference',
            name='minutes',
            field=models.SmallIntegerField(null=True),
        ),
        migrations.AddConstraint(
            model_name='preference',
            constraint=models.CheckConstraint(condition=models.Q(('minutes__range', (1, 1440))), name='feed_preference_minutes_of_a_day'),
        ),
        migrations.AddConstraint(
            model_name='choice',
            constraint=models.UniqueConstraint(fields=('home', 'id'), name='feed_choice_home_id'),
        ),
        migrations.AddConstraint(
            model_name='choice',
            constraint=models.UniqueConstraint(fields=('pseudonym', 'topic', 'value'), name='feed_choice_once'),
        ),
        migrations.AddConstraint(
            model_name='choice',
            constraint=models.CheckConstraint(condition=models.Q(('topic__in', ('tag', 'creator', 'sound'))), name='feed_choice_topic_known'),
        ),
        migrations.AddConstraint(
            model_name='choice',
            constraint=models.CheckConstraint(condition=models.Q(('says__in', ('more', 'less', 'most', 'never'))), name='feed_choice_says_known'),
        ),
        migrations.AddConstraint(
            model_name='choice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('most__isnull', False), ('most__range', (1, 20)), ('says', 'most')), models.Q(models.Q(('says', 'most'), _negated=True), ('most__isnull', True)), _connector='OR'), name='feed_choice_most_counted'),
        ),
        ReplicaIdentity('feed_choice'),
    ]
