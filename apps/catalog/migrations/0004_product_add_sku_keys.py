import django_mongodb_backend.fields
from django.db import migrations, models

from apps.catalog.derived import renew_products
from apps.tenancy.documents.renewing import RenewDerived


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0003_product_add_hsn_code'),
    ]

    operations = [
        migrations.AddField(
            model_name='product',
            name='sku_keys',
            field=django_mongodb_backend.fields.ArrayField(base_field=models.CharField(max_length=200), default=list, editable=False),
        ),
        RenewDerived('products', renew_products),
        migrations.AddConstraint(
            model_name='product',
            constraint=models.UniqueConstraint(fields=('store', 'sku_keys'), name='product_sku_keys'),
        ),
        migrations.AddIndex(
            model_name='product',
            index=models.Index(fields=['store', '-sku_keys'], name='product_by_sku_key'),
        ),
        migrations.RemoveConstraint(
            model_name='product',
            name='product_skus',
        ),
        migrations.RemoveIndex(
            model_name='product',
            name='product_by_sku',
        ),
    ]
