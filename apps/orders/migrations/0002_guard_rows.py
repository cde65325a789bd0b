from django.db import migrations

from apps.events.append_only import make_append_only
from apps.tenancy.row_security import PERSON, SHOWN_ORDER, guard_rows, guard_rows_of


class Migration(migrations.Migration):
    """An order is its buyer's; its events refuse changes."""

    dependencies = [('orders', '0001_initial'), ('events', '0002_guard_rows')]

    operations = [
        make_append_only('orders_orderevent'),
        guard_rows('orders_order', owned=f'customer_id = {PERSON} OR access_token = {SHOWN_ORDER}'),
        guard_rows_of('orders_orderline', parent='orders_order', key='order_id'),
        guard_rows_of('orders_orderevent', parent='orders_order', key='order_id'),
    ]
