from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('inbox', '0003_push'),
    ]

    operations = [
        migrations.AddField(
            model_name='preferences',
            name='is_quiet_chosen',
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
