from django.db import migrations

from apps.tenancy.row_security import guard_rows_of, hide_rows


class Migration(migrations.Migration):
    """A payment is seen with its order; the inbox of gateways by nobody who visits."""

    dependencies = [("payments", "0002_attempt_append_only"), ("orders", "0003_guard_rows")]

    operations = [
        guard_rows_of("payments_payment", parent="orders_order", key="order_id"),
        guard_rows_of("payments_paymentattempt", parent="payments_payment", key="payment_id"),
        guard_rows_of("payments_refund", parent="payments_payment", key="payment_id"),
        hide_rows("payments_gatewayevent"),
    ]
