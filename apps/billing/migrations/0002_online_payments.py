import apps.common.ids
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0001_initial'),
        ('platform', '0009_subscription_open_until'),
    ]

    operations = [
        migrations.CreateModel(
            name='BillingAccount',
            fields=[
                ('id', models.UUIDField(default=apps.common.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('provider', models.CharField(max_length=20, verbose_name='billed through')),
                ('customer_ref', models.CharField(blank=True, default='', max_length=120, verbose_name='customer')),
                ('lost', models.PositiveSmallIntegerField(default=0)),
                ('method_ref', models.CharField(blank=True, default='', max_length=120)),
                ('method_kind', models.CharField(blank=True, default='', max_length=40, verbose_name='payment method')),
                ('last4', models.CharField(blank=True, default='', max_length=4)),
                ('expires_month', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('expires_year', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('chosen_at', models.DateTimeField(blank=True, null=True)),
                ('revision', models.PositiveIntegerField(default=0)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'verbose_name': 'billing account',
                'verbose_name_plural': 'billing accounts',
            },
        ),
        migrations.RemoveConstraint(
            model_name='billingtransaction',
            name='billing_transaction_one_live',
        ),
        migrations.AddField(
            model_name='billingtransaction',
            name='dispute',
            field=models.CharField(blank=True, choices=[('open', 'disputed'), ('won', 'dispute won'), ('lost', 'dispute lost')], db_default='', default='', max_length=10, verbose_name='dispute'),
        ),
        migrations.AddField(
            model_name='billingtransaction',
            name='dispute_reason',
            field=models.CharField(blank=True, db_default='', default='', max_length=120),
        ),
        migrations.AddField(
            model_name='billingtransaction',
            name='is_closed',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='billingtransaction',
            name='is_surplus',
            field=models.BooleanField(db_default=False, default=False, verbose_name='paid twice'),
        ),
        migrations.AddField(
            model_name='billingtransaction',
            name='pay_url',
            field=models.CharField(blank=True, db_default='', default='', max_length=1000),
        ),
        migrations.AddField(
            model_name='billingtransaction',
            name='payment_ref',
            field=models.CharField(blank=True, db_default='', default='', max_length=120),
        ),
        migrations.AddField(
            model_name='billingtransaction',
            name='refunded_minor',
            field=models.PositiveBigIntegerField(db_default=0, default=0, verbose_name='refunded'),
        ),
        migrations.AddField(
            model_name='billingtransaction',
            name='revision',
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddIndex(
            model_name='billingtransaction',
            index=models.Index(fields=['provider_ref'], name='billing_transaction_ref'),
        ),
        migrations.AddIndex(
            model_name='billingtransaction',
            index=models.Index(fields=['payment_ref'], name='billing_transaction_payment'),
        ),
        migrations.AddConstraint(
            model_name='billingtransaction',
            constraint=models.UniqueConstraint(condition=models.Q(('is_surplus', False), ('status__in', ['pending', 'completed'])), fields=('invoice',), name='billing_transaction_one_live'),
        ),
        migrations.AddField(
            model_name='billingaccount',
            name='store',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='billing_accounts', to='platform.store'),
        ),
        migrations.AddIndex(
            model_name='billingaccount',
            index=models.Index(fields=['customer_ref'], name='billing_account_customer'),
        ),
        migrations.AddConstraint(
            model_name='billingaccount',
            constraint=models.UniqueConstraint(fields=('store', 'provider'), name='billing_account_one_a_provider'),
        ),
    ]
