import apps.carts.documents
import apps.tenancy.documents.fields
import apps.tenancy.documents.models
import django_mongodb_backend.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name='CartLine',
            fields=[
                ('id', models.CharField(max_length=36, primary_key=True, serialize=False)),
                ('product_ref', models.CharField(max_length=36)),
                ('variant_ref', models.CharField(max_length=36)),
                ('sku', models.CharField(max_length=64)),
                ('title', models.CharField(max_length=300)),
                ('quantity', models.IntegerField()),
                ('unit_price_minor', models.BigIntegerField()),
                ('added_at', apps.carts.documents.EmbeddedDateTimeField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Cart',
            fields=[
                ('id', django_mongodb_backend.fields.ObjectIdAutoField(primary_key=True, serialize=False)),
                ('store', apps.tenancy.documents.fields.StoreKeyField()),
                ('token', models.CharField(max_length=40)),
                ('slot', models.CharField(max_length=80)),
                ('customer_ref', models.CharField(blank=True, max_length=36, null=True)),
                ('currency', models.CharField(max_length=3)),
                ('lines', django_mongodb_backend.fields.EmbeddedModelArrayField(blank=True, default=list, embedded_model=apps.carts.documents.CartLine)),
                ('status', models.CharField(choices=[('open', 'Open'), ('converting', 'Being ordered'), ('closed', 'Closed')], default='open', max_length=10)),
                ('version', models.IntegerField(default=1)),
                ('checkout_id', models.CharField(blank=True, max_length=36, null=True)),
                ('claimed_at', models.DateTimeField(blank=True, null=True)),
                ('merged_into', models.CharField(blank=True, default='', max_length=36)),
                ('merged_from', django_mongodb_backend.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list)),
                ('expires_at', models.DateTimeField()),
                ('created_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
            ],
            options={
                'db_table': 'carts',
                'indexes': [models.Index(fields=['store', 'checkout_id'], name='cart_checkout'), models.Index(fields=['store', 'status', 'expires_at'], name='cart_expiry')],
                'constraints': [models.UniqueConstraint(fields=('store', 'slot'), name='cart_slot')],
            },
            bases=(apps.tenancy.documents.models.DocumentHome, models.Model),
        ),
    ]
