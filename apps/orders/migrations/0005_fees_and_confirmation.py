from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0004_holds_and_tags'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='order',
            name='confirm_by',
            field=models.DateTimeField(blank=True, db_index=True, help_text='It waits for its confirmation until then; empty: it waits for none.', null=True),
        ),
        migrations.AddField(
            model_name='order',
            name='confirmation',
            field=models.CharField(blank=True, db_default='', default='', help_text='Who confirms an order that is paid on delivery: staff by a call, or the buyer by a code.', max_length=6),
        ),
        migrations.AddField(
            model_name='order',
            name='fee_minor',
            field=models.BigIntegerField(db_default=0, default=0, help_text='For the way of paying, such as cash on delivery.'),
        ),
        migrations.AddField(
            model_name='order',
            name='fee_tax_components',
            field=models.JSONField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(('fee_minor__gte', 0)), name='order_fee_not_negative'),
        ),
    ]
