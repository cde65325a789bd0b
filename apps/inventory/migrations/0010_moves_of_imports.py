import django.db.models.functions.datetime
from django.db import migrations, models

import apps.common.clock


class Migration(migrations.Migration):
    dependencies = [("inventory", "0009_failed_imports")]

    operations = [
        migrations.AddField(
            model_name="stockimport",
            name="moved_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(),
                default=apps.common.clock.now,
                editable=False,
            ),
        )
    ]
