import apps.common.ids
import django.db.models.deletion
from django.db import migrations, models

from apps.tenancy.row_security import guard_rows_of


class Migration(migrations.Migration):
    """A code is seen with its order."""

    dependencies = [
        ('fulfilment', '0002_guard_rows'),
        ('orders', '0005_fees_and_confirmation'),
    ]

    operations = [
        migrations.CreateModel(
            name='ConfirmationCode',
            fields=[
                ('id', models.UUIDField(default=apps.common.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('code_hash', models.CharField(max_length=64)),
                ('expires_at', models.DateTimeField()),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('sent_count', models.PositiveSmallIntegerField(default=0)),
                ('sent_at', models.DateTimeField()),
                ('sent_to', models.CharField(help_text='As the buyer reads it: a part is hidden.', max_length=254)),
                ('order', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='confirmation_code', to='orders.order')),
            ],
            options={
                'abstract': False,
            },
        ),
        guard_rows_of('fulfilment_confirmationcode', parent='orders_order', key='order_id'),
    ]
