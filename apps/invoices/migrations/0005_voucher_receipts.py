from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('invoices', '0004_einvoices'),
    ]

    operations = [
        migrations.AlterField(
            model_name='document',
            name='title',
            field=models.CharField(choices=[('invoice', 'Invoice'), ('tax_invoice', 'Tax invoice'), ('bill_of_supply', 'Bill of supply'), ('invoice_cum_bill', 'Invoice-cum-bill of supply'), ('credit_note', 'Credit note'), ('voucher_receipt', 'Receipt for a voucher')], max_length=20),
        ),
    ]
