from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('returns', '0003_destination'),
    ]

    operations = [
        migrations.AlterField(
            model_name='returnevent',
            name='actor_kind',
            field=models.CharField(choices=[('customer', 'customer'), ('guest', 'guest'), ('staff', 'staff'), ('key', 'key'), ('system', 'system')], max_length=10),
        ),
    ]
