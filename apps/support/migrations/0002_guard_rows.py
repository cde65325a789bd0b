from django.db import migrations

from apps.events.append_only import make_append_only
from apps.tenancy.row_security import PERSON, SHOWN_ORDER, guard_rows, guard_rows_of, hide_rows


class Migration(migrations.Migration):
    """A ticket is its buyer's; notes of staff, raw mails are staff's. Messages refuse changes."""

    dependencies = [('support', '0001_initial'), ('events', '0002_guard_rows')]

    operations = [
        make_append_only('support_message'),
        guard_rows('support_ticket', owned=f'customer_id = {PERSON} OR access_token = {SHOWN_ORDER}'),
        guard_rows(
            'support_message',
            owned='(NOT is_internal AND EXISTS (SELECT 1 FROM support_ticket WHERE support_ticket.id = support_message.ticket_id))',
        ),
        guard_rows_of('support_messagetext', parent='support_message', key='message_id'),
        guard_rows_of('support_attachment', parent='support_message', key='message_id'),
        hide_rows('support_inboundmail'),
    ]
