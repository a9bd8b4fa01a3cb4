from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):

    dependencies = [('clips', '0005_tag')]

    operations = [
        migrations.AddField('clip', 'first_published_at', models.DateTimeField(null=True)),
        migrations.AddIndex(
            'likeness', models.Index(fields=['id'], condition=Q(version=0), name='clips_likeness_to_make')
        ),
    ]
