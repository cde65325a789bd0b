from django.db import migrations

from apps.events.append_only import make_append_only
from apps.tenancy.row_security import PERSON, guard_rows, guard_rows_of, hide_rows


class Migration(migrations.Migration):
    """Gift cards are found by their code, which our own processes look up; a store credit is its customer's."""

    dependencies = [('giftcards', '0001_initial'), ('events', '0002_guard_rows')]

    operations = [
        make_append_only('giftcards_giftcardentry'),
        make_append_only('giftcards_storecreditentry'),
        hide_rows('giftcards_giftcard'),
        hide_rows('giftcards_giftcardentry'),
        guard_rows('giftcards_storecredit', owned=f'customer_id = {PERSON}'),
        guard_rows_of('giftcards_storecreditentry', parent='giftcards_storecredit', key='account_id'),
    ]
