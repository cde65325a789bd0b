from django.db import migrations

from apps.tenancy.row_security import hide_rows


class Migration(migrations.Migration):
    """The inbox is for staff and our own processes."""

    dependencies = [('inbox', '0001_initial')]

    operations = [hide_rows('inbox_inboxmessage')]
