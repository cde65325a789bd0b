"""Since when a job has been waiting for other work on its store to end."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("platform", "0009_deletion_by_worker")]

    operations = [
        migrations.AddField(
            model_name="sandboxjob",
            name="waits_since",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
