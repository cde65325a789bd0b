import apps.common.clock
import apps.common.ids
from django.db import migrations, models

from apps.tenancy.row_security import hide_rows


class Migration(migrations.Migration):
    """People whose cards a gateway keeps are seen by its own payment page, which acts as the platform."""

    dependencies = [('gateways', '0002_guard_rows')]

    operations = [
        migrations.CreateModel(
            name='GatewayCustomer',
            fields=[
                ('id', models.UUIDField(default=apps.common.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('gateway', models.CharField(max_length=32)),
                ('customer_ref', models.CharField(max_length=64)),
                ('gateway_ref', models.CharField(max_length=120)),
                ('created_at', models.DateTimeField(default=apps.common.clock.now)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('gateway', 'customer_ref'), name='gateways_customer_once')],
            },
        ),
        hide_rows('gateways_gatewaycustomer'),
    ]
