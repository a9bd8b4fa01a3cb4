import django.db.models.deletion
import django.db.models.functions.datetime
import parvis.kit.ids
from django.conf import settings
from parvis.cells.operations import ReplicaIdentity
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='Bucket',
            fields=[
                ('key', models.BinaryField(primary_key=True, serialize=False)),
                ('tokens', models.FloatField()),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Person',
            fields=[
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('id', models.UUIDField(default=parvis.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('home', models.TextField()),
                ('handle', models.CharField(max_length=24, unique=True)),
                ('display_name', models.CharField(blank=True, max_length=60)),
                ('bio', models.CharField(blank=True, max_length=200)),
                ('avatar_key', models.TextField(blank=True)),
                ('language', models.CharField(default='en', max_length=16)),
                ('is_private', models.BooleanField(default=False)),
                ('is_active', models.BooleanField(default=True)),
                ('is_staff', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
        ),
        migrations.CreateModel(
            name='PrivateDetails',
            fields=[
                ('id', models.UUIDField(default=parvis.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('home', models.TextField()),
                ('birth_date', models.BinaryField()),
                ('email', models.BinaryField(null=True)),
                ('email_index', models.BinaryField(null=True)),
                ('email_verified_at', models.DateTimeField(null=True)),
                ('person', models.OneToOneField(db_column='person_id', on_delete=django.db.models.deletion.CASCADE, related_name='details', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddConstraint(
            model_name='person',
            constraint=models.UniqueConstraint(fields=('home', 'id'), name='accounts_person_home_id'),
        ),
        migrations.AddConstraint(
            model_name='person',
            constraint=models.CheckConstraint(condition=models.Q(('handle__regex', '^[a-z0-9_.]{2,24}$')), name='accounts_person_handle_form'),
        ),
        migrations.AddConstraint(
            model_name='privatedetails',
            constraint=models.UniqueConstraint(fields=('home', 'id'), name='accounts_privatedetails_home_id'),
        ),
        migrations.AddConstraint(
            model_name='privatedetails',
            constraint=models.UniqueConstraint(condition=models.Q(('email_verified_at__isnull', False)), fields=('email_index',), name='accounts_details_email'),
        ),
        ReplicaIdentity("accounts_person"),
        ReplicaIdentity("accounts_privatedetails"),
        migrations.RunSQL('alter table "accounts_bucket" set unlogged', 'alter table "accounts_bucket" set logged'),
        # Django's cache table: shared counters of the sign-in library. Unlogged: losing it costs nothing.
        migrations.RunSQL(
            """create unlogged table accounts_cache (
                 cache_key varchar(255) primary key, value text not null, expires timestamptz not null);
               create index accounts_cache_expires on accounts_cache (expires)""",
            "drop table accounts_cache",
        ),
    ]
