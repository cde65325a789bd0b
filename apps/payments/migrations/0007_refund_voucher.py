from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('payments', '0006_refund_pays_order'),
    ]

    operations = [
        migrations.AddField(
            model_name='refund',
            name='voucher_minor',
            field=models.BigIntegerField(db_default=0, default=0, help_text='So much of it is for gift cards of the order.'),
        ),
    ]
