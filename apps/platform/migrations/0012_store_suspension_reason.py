from django.db import migrations, models


class Migration(migrations.Migration):
    """Why a store is suspended, and since when."""

    dependencies = [("platform", "0011_remove_unused_tables")]

    operations = [
        migrations.AddField(
            model_name="store",
            name="suspension_reason",
            field=models.TextField(blank=True, db_default="", default="", editable=False),
        ),
        migrations.AddField(
            model_name="store",
            name="suspended_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
    ]
