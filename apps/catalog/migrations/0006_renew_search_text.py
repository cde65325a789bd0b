"""Search finds Malayalam's and Bengali's letters in their old and their new form."""

from django.db import migrations

from apps.catalog.derived import renew_products
from apps.tenancy.documents.renewing import RenewDerived


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0005_add_slug_spelling'),
    ]

    operations = [
        RenewDerived('products', renew_products),
    ]
