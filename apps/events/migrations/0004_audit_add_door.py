from django.db import migrations, models


class Migration(migrations.Migration):
    """By which door a change came."""

    dependencies = [("events", "0003_guard_rows")]

    operations = [
        migrations.AddField(
            model_name="auditentry",
            name="door",
            field=models.CharField(blank=True, max_length=10, null=True),
        ),
    ]
