from django.db import migrations

from apps.tenancy.row_security import hide_rows


class Migration(migrations.Migration):
    """What couriers hand over is for staff."""

    dependencies = [('remittances', '0001_initial')]

    operations = [hide_rows('remittances_remittance'), hide_rows('remittances_remittanceline')]
