from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("insight", "0001_initial")]

    operations: ClassVar = [
        migrations.AddField("storespan", "api_p50_ms", models.PositiveIntegerField(null=True)),
        migrations.AddField("storespan", "api_p95_ms", models.PositiveIntegerField(null=True)),
        migrations.AlterModelOptions(
            "storespan",
            {"verbose_name": "store compared", "verbose_name_plural": "stores compared"},
        ),
        migrations.AlterField(
            "storespan", "orders", models.PositiveBigIntegerField("orders", default=0)
        ),
        migrations.AlterField(
            "storespan", "orders_before", models.PositiveBigIntegerField("orders before", default=0)
        ),
        migrations.AlterField(
            "storespan", "api_calls", models.PositiveBigIntegerField("API calls", default=0)
        ),
        migrations.AlterField(
            "storespan", "api_errors", models.PositiveBigIntegerField("API errors", default=0)
        ),
    ]
