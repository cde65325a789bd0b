from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('carts', '0007_reminder_settings'),
    ]

    operations = [
        migrations.AddField(
            model_name='cartline',
            name='gift',
            field=models.JSONField(blank=True, null=True),
        ),
    ]
