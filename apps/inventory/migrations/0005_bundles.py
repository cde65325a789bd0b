import apps.common.clock
import apps.common.ids
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('inventory', '0004_guard_consignments'),
    ]

    operations = [
        migrations.CreateModel(
            name='Bundle',
            fields=[
                ('id', models.UUIDField(default=apps.common.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('variant_ref', models.CharField(max_length=36, unique=True)),
                ('sku', models.CharField(max_length=64)),
                ('version', models.PositiveIntegerField(default=1)),
                ('created_at', models.DateTimeField(default=apps.common.clock.now, editable=False)),
            ],
            options={
                'ordering': ['sku', 'id'],
            },
        ),
        migrations.CreateModel(
            name='BundlePart',
            fields=[
                ('id', models.UUIDField(default=apps.common.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('variant_ref', models.CharField(db_index=True, max_length=36)),
                ('sku', models.CharField(max_length=64)),
                ('quantity', models.PositiveSmallIntegerField()),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('bundle', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='parts', to='inventory.bundle')),
            ],
            options={
                'ordering': ['bundle', 'position'],
                'constraints': [models.UniqueConstraint(fields=('bundle', 'variant_ref'), name='bundle_part_once'), models.CheckConstraint(condition=models.Q(('quantity__gte', 1)), name='bundle_part_quantity')],
            },
        ),
    ]

