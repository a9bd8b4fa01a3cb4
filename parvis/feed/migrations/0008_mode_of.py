from django.db import migrations

# What the open role may ask about a viewer, and all that it may ask: how the viewer chose to be served. The body is
# bound when it is made, so that no search path leads it elsewhere.
FUNCTION = """
create function feed_mode_of(viewer uuid) returns table (mode text, minutes smallint)
language sql stable security definer
begin atomic
  select p.mode, p.minutes from feed_preference p where p.id = viewer;
end;
revoke all on function feed_mode_of(uuid) from public;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('feed', '0007_choices'),
        ('clips', '0002_open'),
    ]

    operations = [migrations.RunSQL(FUNCTION, "drop function feed_mode_of(uuid)")]
