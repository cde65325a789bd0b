from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0013_order_unpaid_minor'),
    ]

    operations = [
        migrations.AddField(
            model_name='order',
            name='voucher_minor',
            field=models.BigIntegerField(db_default=0, default=0, help_text='What gift cards in it cost: no sale until they are spent.'),
        ),
        migrations.AddField(
            model_name='order',
            name='voucher_refunded_minor',
            field=models.BigIntegerField(db_default=0, default=0, help_text='So much of the refunds was for gift cards.'),
        ),
        migrations.AddField(
            model_name='orderline',
            name='gift',
            field=models.JSONField(blank=True, help_text='Of a gift card: for whom it is, from whom, and when it is sent.', null=True),
        ),
    ]
