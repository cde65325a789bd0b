from django.db import migrations, models


class Migration(migrations.Migration):
    """Parcels on their way back are counted by an index."""

    dependencies = [('fulfilment', '0003_shipment_cash_minor'), ('orders', '0002_guard_rows')]

    operations = [
        migrations.AddIndex(
            model_name='shipment',
            index=models.Index(fields=['state'], name='fulfilment_shipment_state'),
        ),
    ]
