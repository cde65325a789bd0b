from django.db import migrations

from apps.tenancy.row_security import hide_rows


class Migration(migrations.Migration):
    """Sent mails are staff's."""

    dependencies = [('notifications', '0001_initial')]

    operations = [
        hide_rows('notifications_sentmail'),
    ]
