from django.db import migrations

from apps.tenancy.row_security import guard_rows_of


class Migration(migrations.Migration):
    """A return is seen with its order."""

    dependencies = [("fulfilment", "0004_parcel_returns")]

    operations = [
        guard_rows_of("fulfilment_parcelreturn", parent="orders_order", key="order_id"),
        guard_rows_of(
            "fulfilment_parcelreturnline", parent="fulfilment_parcelreturn", key="parcel_return_id"
        ),
    ]
