import apps.carts.documents
import django_mongodb_backend.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('carts', '0003_cart_add_draft'),
    ]

    operations = [
        migrations.CreateModel(
            name='CartNotice',
            fields=[
                ('id', models.CharField(max_length=36, primary_key=True, serialize=False)),
                ('code', models.CharField(choices=[('added', 'Added'), ('added_up', 'Added up'), ('kept_larger', 'Larger quantity kept'), ('saved', 'Saved for later'), ('left_out', 'Left out'), ('reduced', 'Reduced'), ('removed', 'Removed')], max_length=12)),
                ('sku', models.CharField(max_length=64)),
                ('title', models.CharField(max_length=300)),
                ('before', models.IntegerField(default=0)),
                ('after', models.IntegerField(default=0)),
                ('at', apps.carts.documents.EmbeddedDateTimeField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='cart',
            name='asked',
            field=django_mongodb_backend.fields.EmbeddedModelArrayField(blank=True, default=list, embedded_model=apps.carts.documents.CartLine),
        ),
        migrations.AddField(
            model_name='cart',
            name='notices',
            field=django_mongodb_backend.fields.EmbeddedModelArrayField(blank=True, default=list, embedded_model=apps.carts.documents.CartNotice),
        ),
        migrations.AddField(
            model_name='cart',
            name='saved',
            field=django_mongodb_backend.fields.EmbeddedModelArrayField(blank=True, default=list, embedded_model=apps.carts.documents.CartLine),
        ),
        migrations.AddField(
            model_name='cart',
            name='successor',
            field=models.CharField(blank=True, default='', max_length=40),
        ),
        migrations.AddField(
            model_name='cartline',
            name='tax_class',
            field=models.CharField(blank=True, default='', max_length=30),
        ),
    ]
