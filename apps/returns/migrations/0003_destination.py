from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('returns', '0002_guard_rows'),
    ]

    operations = [
        migrations.AddField(
            model_name='returnsettings',
            name='offers_credit',
            field=models.BooleanField(db_default=True, default=True, help_text='In place of the money. Staff can always choose it.', verbose_name='buyers may choose store credit or a gift card'),
        ),
        migrations.AddField(
            model_name='returnrequest',
            name='destination',
            field=models.CharField(choices=[('source', 'where it was paid from'), ('store_credit', 'store credit'), ('gift_card', 'new gift card')], db_default='source', default='source', help_text='Where the money goes.', max_length=12),
        ),
    ]
