import apps.common.clock
import apps.common.ids
import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

from apps.events.append_only import make_append_only
from apps.tenancy.row_security import guard_rows_of


class Migration(migrations.Migration):
    """E-invoices and their registrations are seen with their document; a registration refuses changes."""

    dependencies = [
        ('invoices', '0003_remove_invoicesettings_scheme'),
        ('events', '0002_guard_rows'),
    ]

    operations = [
        migrations.AddField(
            model_name='invoicesettings',
            name='registers',
            field=models.CharField(choices=[('none', 'None: nothing is sent to the portal'), ('businesses', 'Those of buyers with a GSTIN'), ('all', 'Those of buyers with a GSTIN, and exports')], default='none', help_text='For sellers in India. They get their IRN and QR code before they are sent.', max_length=12, verbose_name='sent to the portal of e-invoices'),
        ),
        migrations.AddField(
            model_name='invoicesettings',
            name='register_days',
            field=models.PositiveSmallIntegerField(blank=True, default=30, help_text="The law's limit for sellers from 10 crore up is 30 days. Empty: no limit.", null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(365)], verbose_name='days to register a document'),
        ),
        migrations.CreateModel(
            name='EInvoice',
            fields=[
                ('id', models.UUIDField(default=apps.common.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('state', models.CharField(choices=[('waiting', 'Waits for the portal'), ('refused', 'Refused'), ('registered', 'Registered'), ('cancelling', 'Being cancelled'), ('cancelled', 'Cancelled'), ('left', 'Not registered, as staff decided')], default='waiting', max_length=12)),
                ('attempts', models.PositiveIntegerField(default=0)),
                ('due_at', models.DateTimeField(blank=True, default=apps.common.clock.now, null=True)),
                ('is_asked', models.BooleanField(default=False)),
                ('fault_code', models.CharField(blank=True, default='', max_length=40)),
                ('fault', models.TextField(blank=True, default='', max_length=1000)),
                ('cancel_reason', models.CharField(blank=True, choices=[('1', 'Duplicate'), ('2', 'Data entry mistake'), ('3', 'Order cancelled'), ('4', 'Others')], default='', max_length=1)),
                ('cancel_remark', models.CharField(blank=True, default='', max_length=100)),
                ('cancelled_at', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField(default=apps.common.clock.now)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('document', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='einvoice', to='invoices.document')),
            ],
            options={
                'verbose_name': 'e-invoice',
                'verbose_name_plural': 'e-invoices',
                'indexes': [models.Index(fields=['due_at'], name='invoices_einvoice_due')],
            },
        ),
        migrations.CreateModel(
            name='Registration',
            fields=[
                ('id', models.UUIDField(default=apps.common.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('irn', models.CharField(max_length=64, unique=True)),
                ('ack_number', models.CharField(max_length=30)),
                ('ack_at', models.DateTimeField()),
                ('signed_invoice', models.TextField()),
                ('signed_qr', models.TextField()),
                ('is_verified', models.BooleanField(default=False)),
                ('was_known', models.BooleanField(default=False)),
                ('received_at', models.DateTimeField(default=apps.common.clock.now)),
                ('document', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='registration', to='invoices.document')),
            ],
            options={
                'verbose_name': 'registration',
                'verbose_name_plural': 'registrations',
            },
        ),
        make_append_only('invoices_registration'),
        guard_rows_of('invoices_einvoice', parent='invoices_document', key='document_id'),
        guard_rows_of('invoices_registration', parent='invoices_document', key='document_id'),
    ]
