from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("platform", "0009_subscription_open_until")]

    operations = [
        migrations.AddField(
            model_name="usagemetric",
            name="api_p50_ms",
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name="API: half answered in, ms"),
        ),
        migrations.AddField(
            model_name="usagemetric",
            name="api_p95_ms",
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name="API: 95 % answered in, ms"),
        ),
    ]
