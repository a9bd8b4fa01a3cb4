import django.db.models.deletion
import django.db.models.functions.datetime
import parvis.kit.ids
from parvis.cells.operations import ReplicaIdentity
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0006_barred'),
    ]

    operations = [
        migrations.CreateModel(
            name='Identity',
            fields=[
                ('id', models.UUIDField(default=parvis.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('home', models.TextField()),
                ('subject_index', models.BinaryField(unique=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('person', models.OneToOneField(db_column='person_id', on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('home', 'id'), name='accounts_identity_home_id')],
            },
        ),
        ReplicaIdentity("accounts_identity"),
    ]
