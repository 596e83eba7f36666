"""The account in whose name commands and scheduled jobs work: without a password, never enabled."""

from django.db import migrations
from django.db.models import ProtectedError

USERNAME = "SYSTEM"  # people's account names are kept in lower case


def write(apps, schema_editor):
    accounts = apps.get_model("core", "User").objects
    if not accounts.filter(is_operator=True).exists():
        kept = {"name": "系统", "is_active": False, "password": "!", "is_operator": True}
        accounts.update_or_create(username=USERNAME, defaults=kept)


def take_back(apps, schema_editor):
    """Delete the account; where the audit log names it, it stays as a closed account that nobody can sign in with."""
    operator = apps.get_model("core", "User").objects.filter(is_operator=True)
    try:
        operator.delete()
    except ProtectedError:
        operator.update(is_operator=False)


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0007_operator_column'),
    ]

    operations = [migrations.RunPython(write, take_back)]
