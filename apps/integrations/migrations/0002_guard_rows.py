from django.db import migrations

from apps.tenancy.row_security import hide_rows


class Migration(migrations.Migration):
    """Which systems the store is connected to is for staff and our own processes."""

    dependencies = [('integrations', '0001_initial')]

    operations = [hide_rows('integrations_integration')]
