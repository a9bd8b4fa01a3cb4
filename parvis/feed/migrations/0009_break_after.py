from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('feed', '0008_mode_of'),
    ]

    operations = [
        migrations.AddField(
            model_name='preference',
            name='break_after',
            field=models.SmallIntegerField(null=True),
        ),
        migrations.AddConstraint(
            model_name='preference',
            constraint=models.CheckConstraint(condition=models.Q(('break_after__range', (0, 240))), name='feed_preference_break_after'),
        ),
    ]
