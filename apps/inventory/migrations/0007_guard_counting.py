from django.db import migrations

from apps.tenancy.row_security import hide_rows


class Migration(migrations.Migration):
    """Counts and files are staff's; who waits for stock is known to staff alone."""

    dependencies = [('inventory', '0006_counting')]

    operations = [
        hide_rows('inventory_stocktake'),
        hide_rows('inventory_stocktakeline'),
        hide_rows('inventory_stockimport'),
        hide_rows('inventory_stockimportfault'),
        hide_rows('inventory_stocknotice'),
    ]
