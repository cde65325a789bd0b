from django.db import migrations

from apps.tenancy.row_security import hide_rows


class Migration(migrations.Migration):
    """What is on the way, and from whom, is staff's."""

    dependencies = [('inventory', '0003_backorders_and_consignments')]

    operations = [
        hide_rows('inventory_consignment'),
        hide_rows('inventory_consignmentline'),
    ]
