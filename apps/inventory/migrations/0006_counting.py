import apps.common.clock
import apps.common.ids
import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('inventory', '0005_bundles'),
    ]

    operations = [
        migrations.CreateModel(
            name='StockAlertSettings',
            fields=[
                ('id', models.UUIDField(default=apps.common.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('key', models.CharField(default='store', editable=False, max_length=8, unique=True)),
                ('addresses', models.TextField(blank=True, default='', help_text='One e-mail address a line. Empty: no mails, only the list and the start page.')),
                ('minutes', models.PositiveSmallIntegerField(default=15, help_text='At most one mail in so many minutes, with everything that has run low.', validators=[django.core.validators.MaxValueValidator(1440)])),
                ('offers_notices', models.BooleanField(default=True, help_text='Buyers may leave an e-mail address at what is sold out.')),
                ('mailed_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('mail_count', models.PositiveIntegerField(default=0, editable=False)),
            ],
            options={
                'verbose_name': 'alerts of stock',
                'verbose_name_plural': 'alerts of stock',
            },
        ),
        migrations.AddField(
            model_name='stockitem',
            name='low_noted_at',
            field=models.DateTimeField(blank=True, editable=False, help_text='Staff know that it is low.', null=True),
        ),
        migrations.CreateModel(
            name='StockImport',
            fields=[
                ('id', models.UUIDField(default=apps.common.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=200)),
                ('file', models.CharField(editable=False, help_text="In the store's private files.", max_length=200)),
                ('state', models.CharField(choices=[('checking', 'being checked'), ('checked', 'ready to apply'), ('applying', 'being applied'), ('done', 'applied'), ('discarded', 'discarded'), ('failed', 'not readable')], default='checking', max_length=10)),
                ('reason', models.CharField(blank=True, default='', max_length=200)),
                ('row_count', models.PositiveIntegerField(default=0)),
                ('done_rows', models.PositiveIntegerField(default=0)),
                ('change_count', models.PositiveIntegerField(default=0)),
                ('fault_count', models.PositiveIntegerField(default=0)),
                ('applied_count', models.PositiveIntegerField(default=0)),
                ('preview', models.JSONField(blank=True, default=list)),
                ('failure', models.TextField(blank=True, default='')),
                ('actor_label', models.CharField(blank=True, default='', max_length=200)),
                ('created_at', models.DateTimeField(default=apps.common.clock.now, editable=False)),
                ('finished_at', models.DateTimeField(blank=True, editable=False, null=True)),
            ],
            options={
                'ordering': ['-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('row_count__gte', models.F('done_rows'))), name='stock_import_done_bounded')],
            },
        ),
        migrations.CreateModel(
            name='StockNotice',
            fields=[
                ('id', models.UUIDField(default=apps.common.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('variant_ref', models.CharField(max_length=36)),
                ('title', models.CharField(max_length=250)),
                ('page', models.CharField(max_length=300)),
                ('email', models.EmailField(max_length=254)),
                ('email_key', models.CharField(editable=False, max_length=254)),
                ('language', models.CharField(default='en', max_length=16)),
                ('state', models.CharField(choices=[('waiting', 'not confirmed'), ('confirmed', 'waits for stock'), ('sent', 'sent')], default='waiting', max_length=10)),
                ('mailings', models.PositiveSmallIntegerField(default=0)),
                ('mailed_at', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField(default=apps.common.clock.now, editable=False)),
                ('confirmed_at', models.DateTimeField(blank=True, null=True)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('expires_at', models.DateTimeField(db_index=True)),
            ],
            options={
                'verbose_name': 'back-in-stock notice',
                'ordering': ['-id'],
                'indexes': [models.Index(fields=['state', 'variant_ref'], name='stock_notice_state')],
                'constraints': [models.UniqueConstraint(fields=('variant_ref', 'email_key'), name='stock_notice_once')],
            },
        ),
        migrations.CreateModel(
            name='StockTake',
            fields=[
                ('id', models.UUIDField(default=apps.common.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=120)),
                ('state', models.CharField(choices=[('draft', 'not begun'), ('open', 'being counted'), ('closed', 'booked'), ('cancelled', 'given up')], default='draft', max_length=10)),
                ('skus', models.TextField(blank=True, default='', help_text='One SKU a line; empty: everything in the warehouse.')),
                ('open_slot', models.UUIDField(blank=True, editable=False, null=True, unique=True)),
                ('created_at', models.DateTimeField(default=apps.common.clock.now, editable=False)),
                ('created_by', models.CharField(blank=True, default='', editable=False, max_length=200)),
                ('opened_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('ended_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('ended_by', models.CharField(blank=True, default='', editable=False, max_length=200)),
                ('warehouse', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stock_takes', to='inventory.warehouse')),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='StockImportFault',
            fields=[
                ('id', models.UUIDField(default=apps.common.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('row', models.PositiveIntegerField()),
                ('cells', models.JSONField(default=list)),
                ('message', models.CharField(max_length=400)),
                ('batch', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='faults', to='inventory.stockimport')),
            ],
            options={
                'ordering': ['batch', 'row'],
                'constraints': [models.UniqueConstraint(fields=('batch', 'row'), name='stock_import_fault')],
            },
        ),
        migrations.CreateModel(
            name='StockTakeLine',
            fields=[
                ('id', models.UUIDField(default=apps.common.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('variant_ref', models.CharField(max_length=36)),
                ('sku', models.CharField(max_length=64)),
                ('expected', models.IntegerField()),
                ('counted', models.IntegerField(blank=True, null=True)),
                ('at_count', models.IntegerField(blank=True, null=True)),
                ('has_moved', models.BooleanField(default=False)),
                ('counted_at', models.DateTimeField(blank=True, null=True)),
                ('counted_by', models.CharField(blank=True, default='', max_length=200)),
                ('stock_item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.stockitem')),
                ('take', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='inventory.stocktake')),
            ],
            options={
                'ordering': ['sku', 'id'],
                'indexes': [models.Index(fields=['take', 'sku'], name='stock_take_line_sku')],
                'constraints': [models.UniqueConstraint(fields=('take', 'stock_item'), name='stock_take_line_once'), models.CheckConstraint(condition=models.Q(('counted__isnull', True), models.Q(('at_count__isnull', False), ('counted__gte', 0), ('counted_at__isnull', False)), _connector='OR'), name='stock_take_line_counted')],
            },
        ),
    ]

