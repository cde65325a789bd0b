from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0003_variant_quantities'),
    ]

    operations = [
        migrations.AddField(
            model_name='product',
            name='is_gift_card',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='product',
            name='own_from_minor',
            field=models.BigIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='product',
            name='own_to_minor',
            field=models.BigIntegerField(blank=True, null=True),
        ),
    ]
