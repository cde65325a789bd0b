import apps.common.clock
import apps.common.ids
import django.db.models.deletion
from django.db import migrations, models

from apps.tenancy.row_security import SHOWN_ORDER, guard_rows, guard_rows_of


class Migration(migrations.Migration):
    """A draft is of staff, and of who has its link."""

    dependencies = [
        ('checkout', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='DraftOrder',
            fields=[
                ('id', models.UUIDField(default=apps.common.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('state', models.CharField(choices=[('open', 'Draft'), ('sent', 'Sent to the customer'), ('placed', 'Ordered')], default='open', max_length=8)),
                ('version', models.PositiveIntegerField(default=1)),
                ('email', models.EmailField(blank=True, default='', max_length=254)),
                ('phone', models.CharField(blank=True, default='', max_length=32)),
                ('currency', models.CharField(max_length=3)),
                ('shipping_address', models.JSONField(blank=True, default=dict)),
                ('shipping_method_code', models.CharField(blank=True, default='', max_length=40)),
                ('shipping_minor', models.BigIntegerField(blank=True, help_text='Instead of the price of the shipping method.', null=True)),
                ('discount_minor', models.BigIntegerField(default=0)),
                ('discount_reason', models.CharField(blank=True, default='', max_length=200)),
                ('note', models.TextField(blank=True, default='', help_text='The customer reads it.')),
                ('access_token', models.CharField(default=apps.common.ids.random_token, max_length=32, unique=True)),
                ('cart_token', models.CharField(default=apps.common.ids.random_token, max_length=32)),
                ('total_minor', models.BigIntegerField(blank=True, null=True)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('expires_at', models.DateTimeField(blank=True, null=True)),
                ('order_ref', models.UUIDField(blank=True, null=True, unique=True)),
                ('actor_label', models.CharField(max_length=150)),
                ('created_at', models.DateTimeField(default=apps.common.clock.now)),
                ('updated_at', models.DateTimeField(auto_now=True)),
            ],
            options={
                'verbose_name': 'draft order',
                'ordering': ['-id'],
                'indexes': [models.Index(fields=['state', 'created_at'], name='checkout_draft_state')],
                'constraints': [models.CheckConstraint(condition=models.Q(('discount_minor__gte', 0), models.Q(('shipping_minor__isnull', True), ('shipping_minor__gte', 0), _connector='OR')), name='checkout_draft_amounts')],
            },
        ),
        migrations.CreateModel(
            name='DraftLine',
            fields=[
                ('id', models.UUIDField(default=apps.common.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('position', models.PositiveSmallIntegerField()),
                ('variant_ref', models.CharField(max_length=36)),
                ('sku', models.CharField(max_length=64)),
                ('title', models.CharField(max_length=300)),
                ('quantity', models.PositiveIntegerField()),
                ('price_minor', models.BigIntegerField(blank=True, null=True)),
                ('price_reason', models.CharField(blank=True, default='', max_length=200)),
                ('held_minor', models.BigIntegerField(blank=True, null=True)),
                ('draft', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='checkout.draftorder')),
            ],
            options={
                'ordering': ['draft', 'position'],
                'constraints': [models.UniqueConstraint(fields=('draft', 'variant_ref'), name='checkout_draft_line_once'), models.CheckConstraint(condition=models.Q(('quantity__gte', 1), models.Q(('price_minor__isnull', True), ('price_minor__gte', 0), _connector='OR')), name='checkout_draft_line_amounts')],
            },
        ),
        guard_rows('checkout_draftorder', owned=f'access_token = {SHOWN_ORDER}'),
        guard_rows_of('checkout_draftline', parent='checkout_draftorder', key='draft_id'),
    ]
