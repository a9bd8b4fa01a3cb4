from django.db import migrations

PERMISSIONS = {
    ("accounts", "person", "view_person"): "Can view person",
    ("accounts", "person", "change_person"): "Can change person",
    ("feed", "experiment", "view_experiment"): "Can view experiment",
}
ROLES = {
    "operator": ["view_person", "change_person", "view_experiment"],
    "moderator": ["view_person"],
    "support": ["view_person"],
}


def give(apps, schema_editor):
    # Django makes permissions after all migrations; these are needed here, and are then found as they are.
    content, permission = apps.get_model("contenttypes", "ContentType"), apps.get_model("auth", "Permission")
    group, made = apps.get_model("auth", "Group"), {}
    for (app, model, code), name in PERMISSIONS.items():
        kind, _ = content.objects.get_or_create(app_label=app, model=model)
        made[code], _ = permission.objects.get_or_create(codename=code, content_type=kind, defaults={"name": name})
    for role, codes in ROLES.items():
        group.objects.get_or_create(name=role)[0].permissions.add(*(made[code] for code in codes))
    apps.get_model("accounts", "Person").objects.filter(groups__name__in=ROLES).update(is_staff=True)


def take(apps, schema_editor):
    for group in apps.get_model("auth", "Group").objects.filter(name__in=ROLES):
        group.permissions.remove(*group.permissions.filter(codename__in=ROLES[group.name]))


class Migration(migrations.Migration):

    dependencies = [
        ('safety', '0006_looks'),
        ('accounts', '0006_barred'),
        ('contenttypes', '0002_remove_content_type_name'),
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [migrations.RunPython(give, take)]
