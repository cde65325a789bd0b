from django.db import migrations

from apps.tenancy.row_security import hide_rows


class Migration(migrations.Migration):
    """Wordings are staff's, and the mails' own."""

    dependencies = [('notifications', '0007_mailwording')]

    operations = [
        hide_rows('notifications_mailwording'),
    ]
