from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0006_order_discounts'),
    ]

    operations = [
        migrations.AlterField(
            model_name='order',
            name='tax_treatment',
            field=models.CharField(blank=True, choices=[('', 'Taxed as usual'), ('reverse', 'Reverse charge'), ('export', 'Export without tax'), ('exempt', 'Exempt by certificate')], db_default='', default='', help_text='Why it bears no tax.', max_length=10),
        ),
    ]
