from django.db import migrations

from apps.tenancy.row_security import PERSON, SHOWN_ORDER, guard_rows, guard_rows_of


class Migration(migrations.Migration):
    """PostgreSQL shows an order to its customer, to who knows its token, to staff."""

    dependencies = [("orders", "0002_event_append_only")]

    operations = [
        guard_rows(
            "orders_order", owned=f"customer_id = {PERSON} OR access_token = {SHOWN_ORDER}"
        ),
        guard_rows_of("orders_orderline", parent="orders_order", key="order_id"),
        guard_rows_of("orders_orderevent", parent="orders_order", key="order_id"),
    ]
