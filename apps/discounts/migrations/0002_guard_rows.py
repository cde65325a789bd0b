from django.db import migrations

from apps.tenancy.row_security import hide_rows


class Migration(migrations.Migration):
    """What buyers used is staff's and the platform's own; codes are looked up by visitors, who know them."""

    dependencies = [('discounts', '0001_initial')]

    operations = [
        hide_rows('discounts_redemption'),
        hide_rows('discounts_buyeruse'),
    ]
