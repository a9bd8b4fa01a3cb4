import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import parvis.kit.ids
from parvis.cells.operations import ReplicaIdentity


class Migration(migrations.Migration):

    dependencies = [('safety', '0003_roles'), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name='Preference',
            fields=[
                ('id', models.UUIDField(default=parvis.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('home', models.TextField()),
                ('shows_sensitive', models.BooleanField(db_default=False, default=False)),
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
                'default_permissions': (),
            },
        ),
        migrations.AddConstraint(
            model_name='preference',
            constraint=models.UniqueConstraint(fields=('home', 'id'), name='safety_preference_home_id'),
        ),
        ReplicaIdentity("safety_preference"),
    ]
