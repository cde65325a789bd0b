from django.db import migrations

from apps.events.append_only import make_append_only


class Migration(migrations.Migration):
    """The history of shipments refuses changes in the database too."""

    dependencies = [("fulfilment", "0001_initial"), ("events", "0002_audit_append_only")]

    operations = [make_append_only("fulfilment_shipmentevent")]
