from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('fulfilment', '0007_scans_of_carriers'),
    ]

    operations = [
        migrations.AddField(
            model_name='shipment',
            name='back_at',
            field=models.DateTimeField(blank=True, help_text='When its carrier brought it back undelivered.', null=True),
        ),
    ]
