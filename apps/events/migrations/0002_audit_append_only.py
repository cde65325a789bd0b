from django.db import migrations

from apps.events.append_only import make_append_only, make_refuse_change


class Migration(migrations.Migration):
    """The audit log refuses changes in the database too; other apps' histories use the same function."""

    dependencies = [("events", "0001_initial")]

    operations = [make_refuse_change(), make_append_only("events_auditentry")]
