from django.db import migrations

from apps.tenancy.row_security import hide_rows


class Migration(migrations.Migration):
    """Movements of stock name who caused them; a checkout adds some."""

    dependencies = [("inventory", "0002_movement_append_only")]

    operations = [
        hide_rows("inventory_movement", anybody_may_add=True),
    ]
