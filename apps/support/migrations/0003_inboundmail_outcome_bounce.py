from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('support', '0002_guard_rows'),
    ]

    operations = [
        migrations.AlterField(
            model_name='inboundmail',
            name='outcome',
            field=models.CharField(choices=[('waiting', 'Not handled yet'), ('new_ticket', 'New ticket'), ('answer', 'Answer of the buyer'), ('note', 'Note'), ('bounce', 'Report about a mail of ours'), ('ignored', 'Ignored')], default='waiting', max_length=10),
        ),
    ]
