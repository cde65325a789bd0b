from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('platform', '0007_sandbox_jobs'),
    ]

    operations = [
        migrations.AddField(
            model_name='store',
            name='documents_version',
            field=models.PositiveIntegerField(db_default=0, default=0, editable=False),
        ),
    ]
