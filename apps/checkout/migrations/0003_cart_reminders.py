import apps.common.clock
import apps.common.ids
from django.db import migrations, models

from apps.tenancy.row_security import hide_rows


class Migration(migrations.Migration):

    dependencies = [
        ('checkout', '0002_drafts'),
    ]

    operations = [
        migrations.CreateModel(
            name='CartReminder',
            fields=[
                ('id', models.UUIDField(default=apps.common.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('cart_ref', models.CharField(max_length=36)),
                ('number', models.PositiveSmallIntegerField()),
                ('sent_at', models.DateTimeField(db_index=True, default=apps.common.clock.now)),
                ('returned_at', models.DateTimeField(blank=True, null=True)),
                ('restored_ref', models.CharField(blank=True, default='', max_length=36)),
            ],
            options={
                'verbose_name': 'cart reminder',
                'constraints': [models.UniqueConstraint(fields=('cart_ref', 'number'), name='checkout_reminder_once')],
            },
        ),
        hide_rows('checkout_cartreminder'),
    ]
