from django.db import migrations

from apps.tenancy.row_security import hide_rows


class Migration(migrations.Migration):
    """News, the audit log and stored answers: visitors' requests add to the first two."""

    dependencies = [("events", "0002_audit_append_only")]

    operations = [
        hide_rows("events_outboxmessage", anybody_may_add=True),
        hide_rows("events_auditentry", anybody_may_add=True),
        hide_rows("events_idempotencykey"),
    ]
