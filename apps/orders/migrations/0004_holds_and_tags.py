import apps.common.ids
import django.db.models.deletion
from django.db import migrations, models

from apps.tenancy.row_security import hide_rows


class Migration(migrations.Migration):
    """Tags are of staff."""

    dependencies = [
        ('orders', '0003_order_buyer_tax'),
    ]

    operations = [
        migrations.AddField(
            model_name='order',
            name='held_at',
            field=models.DateTimeField(blank=True, help_text='Staff keep it from being shipped.', null=True),
        ),
        migrations.AddField(
            model_name='order',
            name='hold_reason',
            field=models.CharField(blank=True, db_default='', default='', max_length=200),
        ),
        migrations.CreateModel(
            name='OrderTag',
            fields=[
                ('id', models.UUIDField(default=apps.common.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('tag', models.CharField(db_index=True, max_length=40)),
                ('order', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='tags', to='orders.order')),
            ],
            options={
                'ordering': ['tag'],
                'constraints': [models.UniqueConstraint(fields=('order', 'tag'), name='order_tag_once')],
            },
        ),
        hide_rows('orders_ordertag'),
    ]
