from django.db import migrations

from apps.tenancy.row_security import hide_rows


class Migration(migrations.Migration):
    """What people want, and what mail servers said about addresses, are staff's."""

    dependencies = [('notifications', '0005_mailaddress_mailconsent')]

    operations = [
        hide_rows('notifications_mailaddress'),
        hide_rows('notifications_mailconsent'),
    ]
