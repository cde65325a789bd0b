from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_guard_rows'),
    ]

    operations = [
        migrations.AddField(
            model_name='address',
            name='company',
            field=models.CharField(blank=True, db_default='', default='', max_length=120),
        ),
        migrations.AddField(
            model_name='address',
            name='tax_number',
            field=models.CharField(blank=True, db_default='', default='', help_text='GSTIN, VAT ID or the like, for invoices.', max_length=24),
        ),
    ]
