import apps.common.ids
import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('payments', '0003_disputes'),
    ]

    operations = [
        migrations.CreateModel(
            name='BankAccount',
            fields=[
                ('id', models.UUIDField(default=apps.common.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('key', models.CharField(default='store', editable=False, max_length=8, unique=True)),
                ('holder', models.CharField(blank=True, default='', max_length=70, verbose_name='account holder')),
                ('bank', models.CharField(blank=True, default='', max_length=80, verbose_name='bank')),
                ('iban', models.CharField(blank=True, default='', max_length=34, verbose_name='IBAN')),
                ('account_number', models.CharField(blank=True, default='', help_text='Where accounts have no IBAN.', max_length=34, verbose_name='account number')),
                ('branch_code', models.CharField(blank=True, default='', help_text='IFSC in India, sort code in the UK, routing number in the USA.', max_length=20, verbose_name='code of the bank')),
                ('country', models.CharField(blank=True, default='', max_length=2, verbose_name='country of the bank')),
                ('bic', models.CharField(blank=True, default='', max_length=11, verbose_name='BIC (SWIFT)')),
                ('days_to_pay', models.PositiveSmallIntegerField(default=7, help_text='How long an order waits for its money with its stock reserved, before it is cancelled: 1 to 60 days. Orders that are already placed keep their time.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(60)], verbose_name='days to pay')),
            ],
            options={
                'verbose_name': 'bank account',
                'verbose_name_plural': 'bank account',
            },
        ),
        migrations.CreateModel(
            name='CashSettings',
            fields=[
                ('id', models.UUIDField(default=apps.common.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('key', models.CharField(default='store', editable=False, max_length=8, unique=True)),
                ('minimum_minor', models.BigIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(0)])),
                ('maximum_minor', models.BigIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(0)])),
                ('fee_minor', models.BigIntegerField(default=0, validators=[django.core.validators.MinValueValidator(0)])),
                ('postal_rule', models.CharField(choices=[('anywhere', 'Everywhere'), ('only', 'Only for these postal codes'), ('except', 'Everywhere but for these postal codes')], default='anywhere', max_length=10, verbose_name='offered')),
                ('postal_codes', models.JSONField(blank=True, default=list)),
                ('confirmation', models.CharField(blank=True, choices=[('', 'None: the order counts at once'), ('call', 'By staff, who call the buyer'), ('code', 'By the buyer, with a code that is sent to them')], default='', help_text="An order that is not confirmed can't be shipped. A code goes by SMS where the platform can send them, by e-mail otherwise. Orders that are already placed keep theirs.", max_length=6, verbose_name='confirmation of orders')),
                ('hours_to_confirm', models.PositiveSmallIntegerField(default=48, help_text='An order that is not confirmed in time is cancelled, and its stock is free.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(336)], verbose_name='hours to confirm')),
            ],
            options={
                'verbose_name': 'cash on delivery',
                'verbose_name_plural': 'cash on delivery',
                'constraints': [models.CheckConstraint(condition=models.Q(('fee_minor__gte', 0)), name='payments_cash_fee_not_negative'), models.CheckConstraint(condition=models.Q(('minimum_minor__isnull', True), ('maximum_minor__isnull', True), ('minimum_minor__lte', models.F('maximum_minor')), _connector='OR'), name='payments_cash_limits_in_order')],
            },
        ),
    ]
