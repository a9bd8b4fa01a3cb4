import django.db.models.functions.datetime
import parvis.kit.ids
from parvis.cells.operations import ReplicaIdentity
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='PersonKey',
            fields=[
                ('id', models.UUIDField(default=parvis.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('home', models.TextField()),
                ('person_key', models.BinaryField()),
                ('data_key', models.BinaryField()),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('home', 'id'), name='cells_personkey_home_id')],
            },
        ),
        ReplicaIdentity("cells_personkey"),
    ]
