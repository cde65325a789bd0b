import apps.common.clock
import apps.common.ids
import django.db.models.deletion
from django.db import migrations, models

from apps.tenancy.row_security import hide_rows


class Migration(migrations.Migration):
    """Disputes are of staff."""

    dependencies = [
        ('payments', '0002_guard_rows'),
    ]

    operations = [
        migrations.CreateModel(
            name='Dispute',
            fields=[
                ('id', models.UUIDField(default=apps.common.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('gateway_ref', models.CharField(max_length=120)),
                ('amount_minor', models.BigIntegerField()),
                ('currency', models.CharField(max_length=3)),
                ('state', models.CharField(choices=[('open', 'Answer awaited'), ('reviewed', 'The bank decides'), ('won', 'Won'), ('lost', 'Lost')], max_length=12)),
                ('reason', models.CharField(blank=True, default='', max_length=120)),
                ('respond_by', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField(default=apps.common.clock.now)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('payment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='disputes', to='payments.payment')),
            ],
            options={
                'ordering': ['created_at', 'id'],
                'constraints': [models.UniqueConstraint(fields=('payment', 'gateway_ref'), name='payments_dispute_once')],
            },
        ),
        hide_rows('payments_dispute'),
    ]
