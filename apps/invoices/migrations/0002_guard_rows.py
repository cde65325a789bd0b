from django.db import migrations

from apps.events.append_only import make_append_only
from apps.tenancy.row_security import guard_rows_of


class Migration(migrations.Migration):
    """Documents are seen with their order, printed files with their document; a document refuses changes."""

    dependencies = [('invoices', '0001_initial'), ('events', '0002_guard_rows'), ('orders', '0002_guard_rows')]

    operations = [
        make_append_only('invoices_document'),
        guard_rows_of('invoices_document', parent='orders_order', key='order_id'),
        guard_rows_of('invoices_printedfile', parent='invoices_document', key='document_id'),
    ]
