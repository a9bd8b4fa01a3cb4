import django.db.models.functions.datetime
from django.db import migrations, models

import parvis.kit.ids

ONLY_GROWS = """
create function safety_blockedlook_only_grows() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and old.lifted_at is null
     and to_jsonb(new) - 'lifted_at' = to_jsonb(old) - 'lifted_at' then
    return new;
  end if;
  raise exception 'the list of blocked looks only grows' using errcode = 'check_violation';
end $$;
create trigger safety_blockedlook_only_grows before update or delete on safety_blockedlook
  for each row execute function safety_blockedlook_only_grows();
"""


class Migration(migrations.Migration):

    dependencies = [('safety', '0005_words')]

    operations = [
        migrations.AddField('case', 'match', models.UUIDField(null=True)),
        migrations.CreateModel(
            name='BlockedLook',
            fields=[
                ('id', models.UUIDField(default=parvis.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('decision', models.UUIDField(unique=True)),
                ('reason', models.TextField()),
                ('version', models.SmallIntegerField()),
                ('shown', models.BinaryField()),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('lifted_at', models.DateTimeField(null=True)),
            ],
            options={'default_permissions': ()},
        ),
        migrations.RunSQL(
            ONLY_GROWS,
            "drop trigger safety_blockedlook_only_grows on safety_blockedlook;"
            " drop function safety_blockedlook_only_grows();",
        ),
    ]
