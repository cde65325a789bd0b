from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('giftcards', '0002_guard_rows'),
    ]

    operations = [
        migrations.AddField(
            model_name='giftcard',
            name='recipient_name',
            field=models.CharField(blank=True, db_default='', default='', max_length=120, verbose_name='name of the recipient'),
        ),
        migrations.AddField(
            model_name='giftcard',
            name='sender_name',
            field=models.CharField(blank=True, db_default='', default='', max_length=120, verbose_name='from'),
        ),
        migrations.AddField(
            model_name='giftcard',
            name='language',
            field=models.CharField(blank=True, db_default='', default='', editable=False, max_length=16),
        ),
        migrations.AddField(
            model_name='giftcard',
            name='order_ref',
            field=models.UUIDField(blank=True, db_index=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='giftcard',
            name='order_number',
            field=models.CharField(blank=True, db_default='', default='', editable=False, max_length=16, verbose_name='bought with'),
        ),
        migrations.AddField(
            model_name='giftcard',
            name='deliver_on',
            field=models.DateField(blank=True, editable=False, help_text='Of a card that was bought: the day of its mail.', null=True, verbose_name='to be sent on'),
        ),
        migrations.AddField(
            model_name='giftcard',
            name='sent_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AlterField(
            model_name='giftcardentry',
            name='kind',
            field=models.CharField(choices=[('issued', 'Issued'), ('spent', 'Spent'), ('given_back', 'Given back'), ('refunded_to', 'Refund of an order'), ('adjusted', 'Changed by the store'), ('refunded', 'Refunded to the buyer'), ('expired', 'Expired')], max_length=12),
        ),
        migrations.AlterField(
            model_name='storecreditentry',
            name='kind',
            field=models.CharField(choices=[('issued', 'Issued'), ('spent', 'Spent'), ('given_back', 'Given back'), ('refunded_to', 'Refund of an order'), ('adjusted', 'Changed by the store'), ('refunded', 'Refunded to the buyer'), ('expired', 'Expired')], max_length=12),
        ),
        migrations.AddIndex(
            model_name='giftcard',
            index=models.Index(fields=['sent_at', 'deliver_on'], name='giftcard_to_send'),
        ),
    ]
