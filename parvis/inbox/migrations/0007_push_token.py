from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [('inbox', '0006_letters')]

    operations = [
        migrations.AddField('pushsubscription', 'token_id', models.UUIDField(null=True)),
    ]
