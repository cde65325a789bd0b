from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("insight", "0001_initial")]

    operations: ClassVar = [
        migrations.AddField("storespan", "api_p50_ms", models.PositiveIntegerField(null=True)),
        migrations.AddField("storespan", "api_p95_ms", models.PositiveIntegerField(null=True)),
    ]
