from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0002_shipping_profile'),
    ]

    operations = [
        migrations.AddField(
            model_name='variant',
            name='max_quantity',
            field=models.IntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='variant',
            name='min_quantity',
            field=models.IntegerField(default=1),
        ),
        migrations.AddField(
            model_name='variant',
            name='quantity_step',
            field=models.IntegerField(default=1),
        ),
    ]
