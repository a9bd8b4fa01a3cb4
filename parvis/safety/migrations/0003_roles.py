from django.db import migrations

PERMISSIONS = {
    "see_cases": "Can see reports and cases",
    "decide_cases": "Can decide cases",
    "hear_appeals": "Can hear appeals",
    "manage_safety": "Can manage roles, words and lists of hashes",
}
ROLES = {
    "operator": ["see_cases", "decide_cases", "hear_appeals", "manage_safety"],
    "moderator": ["see_cases", "decide_cases", "hear_appeals"],
    "support": ["see_cases"],
}


def make(apps, schema_editor):
    # Django makes permissions after all migrations; these are needed here, and are then found as they are.
    content, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(app_label="safety", model="case")
    permission, group = apps.get_model("auth", "Permission"), apps.get_model("auth", "Group")
    made = {
        code: permission.objects.get_or_create(codename=code, content_type=content, defaults={"name": name})[0]
        for code, name in PERMISSIONS.items()
    }
    for role, codes in ROLES.items():
        group.objects.get_or_create(name=role)[0].permissions.add(*(made[code] for code in codes))


def unmake(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name__in=ROLES).delete()


class Migration(migrations.Migration):

    dependencies = [
        ('safety', '0002_guards'),
        ('contenttypes', '0002_remove_content_type_name'),
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [migrations.RunPython(make, unmake)]
