from django.db import migrations, models

import apps.common.clock
import apps.common.ids
from apps.events.append_only import make_append_only
from apps.tenancy.row_security import hide_rows


class Migration(migrations.Migration):
    dependencies = [("events", "0003_key_actors")]

    operations = [
        migrations.CreateModel(
            name="AuditSeal",
            fields=[
                ("id", models.UUIDField(default=apps.common.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("on", models.DateField(unique=True)),
                ("entries", models.PositiveIntegerField()),
                ("digest", models.CharField(max_length=64)),
                ("previous", models.CharField(blank=True, max_length=64)),
                ("created_at", models.DateTimeField(default=apps.common.clock.now)),
            ],
            options={"ordering": ["-on"]},
        ),
        make_append_only("events_auditseal"),
        hide_rows("events_auditseal"),
    ]
