"""Who writes the export before a deletion, and who confirmed it, for the worker that goes on where another one died."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("platform", "0008_store_documents_version")]

    operations = [
        migrations.AddField(
            model_name="storedeletion",
            name="export_by_worker",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="storedeletion",
            name="confirmed_by",
            field=models.CharField(blank=True, max_length=200, verbose_name="confirmed by"),
        ),
        migrations.AddField(
            model_name="storedeletion",
            name="confirmed_ref",
            field=models.UUIDField(blank=True, null=True),
        ),
    ]
