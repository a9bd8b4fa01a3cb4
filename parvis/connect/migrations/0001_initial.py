import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import parvis.kit.ids
from parvis.cells.operations import ReplicaIdentity
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='App',
            fields=[
                ('id', models.UUIDField(default=parvis.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('home', models.TextField()),
                ('name', models.TextField()),
                ('website', models.TextField(blank=True)),
                ('redirect_uris', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ('secret_hash', models.BinaryField(null=True)),
                ('is_stopped', models.BooleanField(db_default=False, default=False)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('person', models.ForeignKey(db_column='person_id', on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.UUIDField(default=parvis.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('home', models.TextField()),
                ('scopes', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('used_at', models.DateTimeField(null=True)),
                ('app', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='connect.app')),
                ('person', models.ForeignKey(db_column='person_id', on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Code',
            fields=[
                ('id', models.UUIDField(default=parvis.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('home', models.TextField()),
                ('code_hash', models.BinaryField(unique=True)),
                ('redirect_uri', models.TextField()),
                ('scopes', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ('challenge', models.TextField()),
                ('nonce', models.TextField(blank=True)),
                ('signed_in_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField(db_index=True)),
                ('used_at', models.DateTimeField(null=True)),
                ('person', models.ForeignKey(db_column='person_id', on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('consent', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='connect.consent')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='AppToken',
            fields=[
                ('id', models.UUIDField(default=parvis.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('home', models.TextField()),
                ('access_hash', models.BinaryField(unique=True)),
                ('refresh_hash', models.BinaryField(unique=True)),
                ('scopes', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('expires_at', models.DateTimeField()),
                ('refresh_until', models.DateTimeField(db_index=True)),
                ('replaced_at', models.DateTimeField(null=True)),
                ('person', models.ForeignKey(db_column='person_id', on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('code', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='connect.code')),
                ('consent', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='connect.consent')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddIndex(
            model_name='app',
            index=models.Index(fields=['person', '-id'], name='connect_app_newest'),
        ),
        migrations.AddConstraint(
            model_name='app',
            constraint=models.UniqueConstraint(fields=('home', 'id'), name='connect_app_home_id'),
        ),
        migrations.AddConstraint(
            model_name='consent',
            constraint=models.UniqueConstraint(fields=('home', 'id'), name='connect_consent_home_id'),
        ),
        migrations.AddConstraint(
            model_name='consent',
            constraint=models.UniqueConstraint(fields=('person', 'app'), name='connect_consent_once'),
        ),
        migrations.AddConstraint(
            model_name='code',
            constraint=models.UniqueConstraint(fields=('home', 'id'), name='connect_code_home_id'),
        ),
        migrations.AddConstraint(
            model_name='apptoken',
            constraint=models.UniqueConstraint(fields=('home', 'id'), name='connect_apptoken_home_id'),
        ),
        ReplicaIdentity("connect_app"),
        ReplicaIdentity("connect_consent"),
        ReplicaIdentity("connect_code"),
        ReplicaIdentity("connect_apptoken"),
    ]
