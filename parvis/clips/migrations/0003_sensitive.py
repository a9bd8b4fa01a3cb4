import django.contrib.postgres.fields
from django.db import migrations, models

# As migration 0002 has it, with two columns more at its end.
VIEW = """
create or replace view clips_open as
select c.id, c.creator_id, p.handle, p.display_name, p.avatar_key, c.title, c.caption, c.tags, c.mentions, c.language,
  c.alt, c.duration_ms, c.width, c.height, c.poster, c.placeholder, c.allow_comments, c.allow_duet, c.allow_download,
  case when p.is_private then 'followers' else c.audience end as audience, c.published_at,
  c.is_sensitive or 'sensitive' = any(c.limits) as is_covered, 'adults' = any(c.limits) as is_for_adults
from clips_clip c join accounts_person p on p.id = c.creator_id
where c.publication = 'published' and c.published_at is not null and p.is_active and c.audience <> 'me'
"""


class Migration(migrations.Migration):

    dependencies = [('clips', '0002_open')]

    operations = [
        migrations.AddField('clip', 'is_sensitive', models.BooleanField(db_default=False, default=False)),
        migrations.AddField(
            'clip',
            'limits',
            django.contrib.postgres.fields.ArrayField(
                base_field=models.TextField(), db_default=[], default=list, size=None
            ),
        ),
        # Going back leaves the two columns in the view: old code does not ask for them.
        migrations.RunSQL(VIEW, migrations.RunSQL.noop),
    ]
