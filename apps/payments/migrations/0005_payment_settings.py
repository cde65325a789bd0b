import django.core.validators
from django.db import migrations, models

import apps.common.ids


class Migration(migrations.Migration):

    dependencies = [('payments', '0004_refund_tax')]

    operations = [
        migrations.CreateModel(
            name='PaymentSettings',
            fields=[
                ('id', models.UUIDField(default=apps.common.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('key', models.CharField(default='store', editable=False, max_length=8, unique=True)),
                ('minutes_to_pay', models.PositiveIntegerField(default=30, help_text='How long an unpaid order holds its stock before it is cancelled: 10 minutes to 3 days (4320). Orders that are already placed keep their time.', validators=[django.core.validators.MinValueValidator(10), django.core.validators.MaxValueValidator(4320)], verbose_name='minutes to pay')),
            ],
            options={
                'verbose_name': 'payment settings',
                'verbose_name_plural': 'payment settings',
            },
        ),
    ]
