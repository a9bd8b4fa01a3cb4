import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import parvis.kit.ids
from parvis.cells.operations import ReplicaIdentity


class Migration(migrations.Migration):

    dependencies = [('clips', '0003_sensitive'), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name='Likeness',
            fields=[
                ('id', models.UUIDField(default=parvis.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('home', models.TextField()),
                ('version', models.SmallIntegerField()),
                ('asked', models.BinaryField()),
                ('shown', models.BinaryField()),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('clip', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='likeness', to='clips.clip')),
                ('creator', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={'abstract': False},
        ),
        migrations.AddConstraint(
            model_name='likeness',
            constraint=models.UniqueConstraint(fields=('home', 'id'), name='clips_likeness_home_id'),
        ),
        ReplicaIdentity("clips_likeness"),
    ]
