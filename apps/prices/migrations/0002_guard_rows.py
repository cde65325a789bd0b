from django.db import migrations

from apps.events.append_only import make_append_only
from apps.tenancy.row_security import hide_rows


class Migration(migrations.Migration):
    """The history of prices refuses changes; who is in which group is staff's and the platform's own."""

    dependencies = [('prices', '0001_initial'), ('events', '0002_guard_rows')]

    operations = [
        make_append_only('prices_pricechange'),
        hide_rows('prices_groupmember'),
    ]
