from django.db import migrations

from apps.tenancy.row_security import hide_rows


class Migration(migrations.Migration):
    """What is at EasyEcom is for staff and our own processes."""

    dependencies = [('easyecom', '0001_initial')]

    operations = [
        hide_rows('easyecom_pushedorder'),
        hide_rows('easyecom_statusmeaning'),
        hide_rows('easyecom_location'),
        hide_rows('easyecom_stocklevel'),
        hide_rows('easyecom_unmatchedsku'),
        hide_rows('easyecom_syncjob'),
    ]
