from django.db import migrations

from apps.events.append_only import make_append_only
from apps.tenancy.row_security import guard_rows_of


class Migration(migrations.Migration):
    """Requests are seen with their order, the rest with its request; the history refuses changes."""

    dependencies = [('returns', '0001_initial'), ('events', '0002_guard_rows'), ('orders', '0002_guard_rows')]

    operations = [
        make_append_only('returns_returnevent'),
        guard_rows_of('returns_returnrequest', parent='orders_order', key='order_id'),
        *(
            guard_rows_of(f'returns_{table}', parent='returns_returnrequest', key='request_id')
            for table in ('returnline', 'returnphoto', 'returnevent', 'returnreceipt', 'exchange')
        ),
        guard_rows_of('returns_exchangeline', parent='returns_exchange', key='exchange_id'),
    ]
