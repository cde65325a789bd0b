from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0002_guard_rows'),
    ]

    operations = [
        migrations.AlterField(
            model_name='auditentry',
            name='actor_kind',
            field=models.CharField(choices=[('customer', 'customer'), ('guest', 'guest'), ('staff', 'staff'), ('key', 'key'), ('system', 'system')], max_length=10),
        ),
    ]
