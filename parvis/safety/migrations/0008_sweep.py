import django.db.models.functions.datetime
from django.db import migrations, models
from django.db.models import Q

# Looks that were blocked before there were sweeps have one too.
EARLIER = """
insert into safety_sweep (id, after)
select id, '00000000-0000-0000-0000-000000000000' from safety_blockedlook where lifted_at is null
"""


class Migration(migrations.Migration):

    dependencies = [('safety', '0007_admin_rights')]

    operations = [
        migrations.CreateModel(
            name='Sweep',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('after', models.UUIDField()),
                ('due_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('done_at', models.DateTimeField(null=True)),
            ],
            options={'default_permissions': ()},
        ),
        migrations.AddIndex(
            'sweep',
            models.Index(fields=['due_at'], condition=Q(done_at__isnull=True), name='safety_sweep_due'),
        ),
        migrations.RunSQL(EARLIER, migrations.RunSQL.noop),
    ]
