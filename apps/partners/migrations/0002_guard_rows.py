from django.db import migrations

from apps.tenancy.row_security import hide_rows


class Migration(migrations.Migration):
    """Keys and webhooks are staff's; a request finds its own key in a system scope, by the digest."""

    dependencies = [('partners', '0001_initial')]

    operations = [
        hide_rows('partners_apikey'),
        hide_rows('partners_webhookendpoint'),
        hide_rows('partners_webhookdelivery'),
        hide_rows('partners_webhookattempt'),
    ]
