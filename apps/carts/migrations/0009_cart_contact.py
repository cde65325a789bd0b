from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('carts', '0008_line_gift'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='cart',
            index=models.Index(fields=['store', 'contact'], name='cart_contact'),
        ),
    ]
