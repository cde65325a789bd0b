from django.db import migrations

from apps.tenancy.row_security import hide_rows


class Migration(migrations.Migration):
    """Bookings and what carriers say are for staff and our own processes; buyers read the events of their parcels."""

    dependencies = [('clickpost', '0001_initial')]

    operations = [
        hide_rows('clickpost_clickpostsettings'),
        hide_rows('clickpost_carrieraccount'),
        hide_rows('clickpost_statuscode'),
        hide_rows('clickpost_booking'),
        hide_rows('clickpost_followedparcel'),
        hide_rows('clickpost_carrierrequest'),
    ]
