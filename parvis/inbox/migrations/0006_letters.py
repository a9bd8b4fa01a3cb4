from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [('inbox', '0005_evidence')]

    operations = [
        migrations.AddField('preferences', 'digest_until', models.DateTimeField(null=True)),
        migrations.AddField('preferences', 'digest_failures', models.SmallIntegerField(db_default=0, default=0)),
    ]
