from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0014_gift_card_lines'),
    ]

    operations = [
        migrations.AlterField(
            model_name='orderevent',
            name='actor_kind',
            field=models.CharField(choices=[('customer', 'customer'), ('guest', 'guest'), ('staff', 'staff'), ('key', 'key'), ('system', 'system')], max_length=10),
        ),
    ]
