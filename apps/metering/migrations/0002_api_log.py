import django.db.models.deletion
from django.db import migrations, models

import apps.common.ids

# Partitions are made with their first call (`apps/metering/api_log/partitions.py`).
TABLE = """
CREATE TABLE metering_apicall (
    id uuid NOT NULL,
    store_id uuid NOT NULL,
    "on" date NOT NULL,
    at timestamptz NOT NULL,
    key_id uuid NOT NULL,
    key_name varchar(80) NOT NULL,
    method varchar(7) NOT NULL,
    endpoint varchar(200) NOT NULL,
    status smallint NOT NULL CHECK (status >= 0),
    duration_ms integer NOT NULL CHECK (duration_ms >= 0),
    error varchar(60) NOT NULL,
    address inet,
    user_agent varchar(200) NOT NULL,
    request_id varchar(64) NOT NULL,
    PRIMARY KEY ("on", id)
) PARTITION BY RANGE ("on")
"""
INDEX = 'CREATE INDEX metering_call_store ON metering_apicall (store_id, "on", id)'


class Migration(migrations.Migration):
    dependencies = [
        ("metering", "0001_initial"),
        ("platform", "0009_subscription_open_until"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL([TABLE, INDEX], "DROP TABLE metering_apicall"),
            ],
            state_operations=[
                migrations.CreateModel(
                    name="ApiCall",
                    fields=[
                        ("id", models.UUIDField(default=apps.common.ids.new_id, editable=False, primary_key=True, serialize=False)),
                        ("on", models.DateField(verbose_name="day")),
                        ("at", models.DateTimeField(verbose_name="time")),
                        ("key_id", models.UUIDField()),
                        ("key_name", models.CharField(max_length=80, verbose_name="API key")),
                        ("method", models.CharField(max_length=7, verbose_name="method")),
                        ("endpoint", models.CharField(max_length=200, verbose_name="endpoint")),
                        ("status", models.PositiveSmallIntegerField(verbose_name="status")),
                        ("duration_ms", models.PositiveIntegerField(verbose_name="milliseconds")),
                        ("error", models.CharField(blank=True, max_length=60, verbose_name="error")),
                        ("address", models.GenericIPAddressField(null=True, verbose_name="address")),
                        ("user_agent", models.CharField(blank=True, max_length=200, verbose_name="program")),
                        ("request_id", models.CharField(blank=True, max_length=64, verbose_name="request")),
                        ("store", models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="api_calls", to="platform.store", verbose_name="store")),
                    ],
                    options={
                        "verbose_name": "API call",
                        "verbose_name_plural": "API calls",
                        "ordering": ["-on", "-id"],
                        "indexes": [models.Index(fields=["store", "on", "id"], name="metering_call_store")],
                    },
                ),
            ],
        ),
    ]
