from django.db import migrations

# What somebody else than the creator may see of a clip and its creator, and nothing else: a reader of this view needs
# no right to read the tables below it, whose other columns are private. Its conditions are those of cards.open_clips.
VIEW = """
create view clips_open as
select c.id, c.creator_id, p.handle, p.display_name, p.avatar_key, c.title, c.caption, c.tags, c.mentions, c.language,
  c.alt, c.duration_ms, c.width, c.height, c.poster, c.placeholder, c.allow_comments, c.allow_duet, c.allow_download,
  case when p.is_private then 'followers' else c.audience end as audience, c.published_at
from clips_clip c join accounts_person p on p.id = c.creator_id
where c.publication = 'published' and c.published_at is not null and p.is_active and c.audience <> 'me'
"""


class Migration(migrations.Migration):

    dependencies = [
        ('clips', '0001_initial'),
        ('accounts', '0002_email_codes'),
    ]

    operations = [migrations.RunSQL(VIEW, "drop view clips_open")]
