from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0004_product_add_sku_keys'),
    ]

    operations = [
        migrations.AddField(
            model_name='category',
            name='slug_spelling',
            field=models.CharField(blank=True, default='', editable=False, max_length=240),
        ),
        migrations.AddField(
            model_name='product',
            name='slug_spelling',
            field=models.CharField(blank=True, default='', editable=False, max_length=240),
        ),
    ]
