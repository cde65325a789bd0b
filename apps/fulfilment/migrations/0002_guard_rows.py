from django.db import migrations

from apps.events.append_only import make_append_only
from apps.tenancy.row_security import guard_rows_of


class Migration(migrations.Migration):
    """Parcels and returns are seen with their order; their events refuse changes."""

    dependencies = [('fulfilment', '0001_initial'), ('events', '0002_guard_rows'), ('orders', '0002_guard_rows')]

    operations = [
        make_append_only('fulfilment_shipmentevent'),
        guard_rows_of('fulfilment_shipment', parent='orders_order', key='order_id'),
        guard_rows_of('fulfilment_shipmentline', parent='fulfilment_shipment', key='shipment_id'),
        guard_rows_of('fulfilment_shipmentevent', parent='fulfilment_shipment', key='shipment_id'),
        guard_rows_of('fulfilment_parcelreturn', parent='orders_order', key='order_id'),
        guard_rows_of('fulfilment_parcelreturnline', parent='fulfilment_parcelreturn', key='parcel_return_id'),
    ]
