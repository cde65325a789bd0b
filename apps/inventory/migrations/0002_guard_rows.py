from django.db import migrations

from apps.events.append_only import make_append_only
from apps.tenancy.row_security import hide_rows


class Migration(migrations.Migration):
    """The ledger refuses changes and is staff's."""

    dependencies = [('inventory', '0001_initial'), ('events', '0002_guard_rows')]

    operations = [
        make_append_only('inventory_movement'),
        hide_rows('inventory_movement', insert_only=True),
    ]
