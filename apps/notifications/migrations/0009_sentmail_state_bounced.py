from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0008_guard_wordings'),
    ]

    operations = [
        migrations.AlterField(
            model_name='sentmail',
            name='state',
            field=models.CharField(choices=[('queued', 'Waiting'), ('sent', 'Sent'), ('failed', 'Failed'), ('bounced', 'Came back')], default='queued', max_length=8),
        ),
    ]
