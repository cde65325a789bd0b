
import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('pricing', '0005_exemptioncertificate'),
    ]

    operations = [
        migrations.AddField(
            model_name='shippingmethod',
            name='brackets',
            field=models.JSONField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='shippingmethod',
            name='heaviest_grams',
            field=models.PositiveIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1)]),
        ),
        migrations.AddField(
            model_name='shippingmethod',
            name='postal_codes',
            field=models.JSONField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='shippingmethod',
            name='postal_rule',
            field=models.CharField(choices=[('anywhere', 'Everywhere'), ('only', 'Only for these postal codes'), ('except', 'Everywhere but for these postal codes')], db_default='anywhere', default='anywhere', max_length=10, verbose_name='postal codes'),
        ),
        migrations.AlterField(
            model_name='shippingmethod',
            name='kind',
            field=models.CharField(choices=[('flat', 'Flat price'), ('weight', 'By weight'), ('value', 'By order value')], default='flat', max_length=12),
        ),
    ]
