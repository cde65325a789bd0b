from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('pricing', '0002_taxsettings_rounding'),
    ]

    operations = [
        migrations.AddField(
            model_name='taxsettings',
            name='vat_check',
            field=models.CharField(choices=[('form', 'By form and check digits'), ('asked', 'Ask VIES; without an answer, by form and check digits'), ('strict', 'Ask VIES; without an answer, charge VAT')], db_default='asked', default='asked', help_text='Before an order without VAT (reverse charge). VIES is the register of the EU.', max_length=8, verbose_name='VAT IDs of buyers'),
        ),
        migrations.AddField(
            model_name='taxsettings',
            name='zero_rates_exports',
            field=models.BooleanField(db_default=False, default=False, help_text='Deliveries to other countries; for sellers in the EU, outside the EU. Prices that include tax lose it.', verbose_name='exports bear no tax'),
        ),
    ]
