from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("platform", "0004_limit_grants")]

    operations = [
        migrations.AddField(
            model_name="store",
            name="storage_counted_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
    ]
