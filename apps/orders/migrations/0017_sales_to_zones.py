from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0016_order_gift_cards_until'),
    ]

    operations = [
        migrations.AlterField(
            model_name='order',
            name='tax_treatment',
            field=models.CharField(blank=True, choices=[('', 'Taxed as usual'), ('reverse', 'Reverse charge'), ('export', 'Export without tax'), ('exempt', 'Exempt by certificate'), ('sez', 'To a special economic zone, without tax')], db_default='', default='', help_text='Why it bears no tax.', max_length=10),
        ),
    ]
