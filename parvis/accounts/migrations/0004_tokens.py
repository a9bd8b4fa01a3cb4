import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import parvis.kit.ids
from parvis.cells.operations import ReplicaIdentity
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_person_leaves_at'),
    ]

    operations = [
        migrations.CreateModel(
            name='Token',
            fields=[
                ('id', models.UUIDField(default=parvis.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('home', models.TextField()),
                ('name', models.TextField()),
                ('hint', models.TextField()),
                ('token_hash', models.BinaryField(unique=True)),
                ('scopes', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('expires_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(null=True)),
                ('person', models.ForeignKey(db_column='person_id', on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
                'indexes': [models.Index(fields=['person', '-id'], name='accounts_token_newest')],
                'constraints': [models.UniqueConstraint(fields=('home', 'id'), name='accounts_token_home_id')],
            },
        ),
        ReplicaIdentity("accounts_token"),
    ]
