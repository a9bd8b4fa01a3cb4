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
        ('connect', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Endpoint',
            fields=[
                ('id', models.UUIDField(default=parvis.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('home', models.TextField()),
                ('token_id', models.UUIDField(null=True)),
                ('address', models.BinaryField()),
                ('topics', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ('secret', models.BinaryField()),
                ('old_secret', models.BinaryField(null=True)),
                ('old_until', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('due_at', models.DateTimeField(null=True)),
                ('failures', models.IntegerField(default=0)),
                ('failing_since', models.DateTimeField(null=True)),
                ('paused_at', models.DateTimeField(null=True)),
                ('paused_why', models.TextField(blank=True)),
                ('missed', models.IntegerField(default=0)),
                ('app', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='connect.app')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.UUIDField(default=parvis.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('home', models.TextField()),
                ('topic', models.TextField()),
                ('event', models.UUIDField()),
                ('about', models.UUIDField(null=True)),
                ('by_id', models.UUIDField(null=True)),
                ('detail', models.UUIDField(null=True)),
                ('at', models.DateTimeField()),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('due_at', models.DateTimeField(null=True)),
                ('tries', models.SmallIntegerField(default=0)),
                ('tried_at', models.DateTimeField(null=True)),
                ('answered', models.SmallIntegerField(null=True)),
                ('arrived_at', models.DateTimeField(null=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('endpoint', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='webhooks.endpoint')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddIndex(
            model_name='endpoint',
            index=models.Index(fields=['person', '-id'], name='webhooks_endpoint_newest'),
        ),
        migrations.AddIndex(
            model_name='endpoint',
            index=models.Index(condition=models.Q(('due_at__isnull', False)), fields=['due_at'], name='webhooks_endpoint_due'),
        ),
        migrations.AddIndex(
            model_name='endpoint',
            index=models.Index(condition=models.Q(('token_id__isnull', False)), fields=['token_id'], name='webhooks_endpoint_token'),
        ),
        migrations.AddConstraint(
            model_name='endpoint',
            constraint=models.UniqueConstraint(fields=('home', 'id'), name='webhooks_endpoint_home_id'),
        ),
        migrations.AddConstraint(
            model_name='endpoint',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('paused_at__isnull', True), ('paused_why', '')), models.Q(('due_at__isnull', True), ('paused_at__isnull', False), ('paused_why__in', ['silent', 'gone', 'inner', 'stopped'])), _connector='OR'), name='webhooks_endpoint_paused'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(fields=['endpoint', '-id'], name='webhooks_delivery_newest'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(condition=models.Q(('due_at__isnull', False)), fields=['endpoint', 'due_at'], name='webhooks_delivery_due'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(fields=['created_at'], name='webhooks_delivery_age'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(condition=models.Q(('by_id__isnull', False)), fields=['by_id'], name='webhooks_delivery_by'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.UniqueConstraint(fields=('home', 'id'), name='webhooks_delivery_home_id'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.UniqueConstraint(fields=('endpoint', 'person', 'topic', 'event'), name='webhooks_delivery_once'),
        ),
        ReplicaIdentity("webhooks_endpoint"),
        ReplicaIdentity("webhooks_delivery"),
    ]
