from django.db import migrations

from apps.events.append_only import make_append_only
from apps.tenancy.row_security import guard_rows_of


class Migration(migrations.Migration):
    """Payments are seen with their order; attempts and transactions refuse changes."""

    dependencies = [('payments', '0001_initial'), ('events', '0002_guard_rows'), ('orders', '0002_guard_rows')]

    operations = [
        make_append_only('payments_paymentattempt'),
        make_append_only('payments_transaction'),
        guard_rows_of('payments_payment', parent='orders_order', key='order_id'),
        guard_rows_of('payments_paymentattempt', parent='payments_payment', key='payment_id'),
        guard_rows_of('payments_transaction', parent='payments_payment', key='payment_id'),
        guard_rows_of('payments_capture', parent='payments_payment', key='payment_id'),
        guard_rows_of('payments_refund', parent='payments_payment', key='payment_id'),
    ]
