from django.db import migrations

from apps.tenancy.row_security import guard_rows_of


class Migration(migrations.Migration):
    """A shipment is seen with its order."""

    dependencies = [("fulfilment", "0002_event_append_only"), ("orders", "0003_guard_rows")]

    operations = [
        guard_rows_of("fulfilment_shipment", parent="orders_order", key="order_id"),
        guard_rows_of("fulfilment_shipmentline", parent="fulfilment_shipment", key="shipment_id"),
        guard_rows_of("fulfilment_shipmentevent", parent="fulfilment_shipment", key="shipment_id"),
    ]
