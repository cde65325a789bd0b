from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0012_changes_of_orders'),
    ]

    operations = [
        migrations.AlterField(
            model_name='orderevent',
            name='actor_kind',
            field=models.CharField(choices=[('customer', 'customer'), ('guest', 'guest'), ('staff', 'staff'), ('key', 'key'), ('system', 'system')], max_length=10),
        ),
    ]
