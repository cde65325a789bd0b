from django.db import migrations

from apps.events.append_only import make_append_only, make_refuse_change
from apps.tenancy.row_security import hide_rows


class Migration(migrations.Migration):
    """The audit log refuses changes; visitors' requests add messages and entries and read none."""

    dependencies = [('events', '0001_initial')]

    operations = [
        make_refuse_change(),
        make_append_only('events_auditentry'),
        hide_rows('events_outboxmessage', insert_only=True),
        hide_rows('events_auditentry', insert_only=True),
        hide_rows('events_idempotencykey'),
    ]
