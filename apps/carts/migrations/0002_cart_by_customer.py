from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('carts', '0001_initial'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='cart',
            index=models.Index(fields=['store', 'customer_ref', 'updated_at'], name='cart_by_customer'),
        ),
    ]
