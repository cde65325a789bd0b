from typing import Any

import django.core.validators
from django.db import migrations, models
from django.db.models import F
from django.utils import timezone


def note_times(apps: Any, schema_editor: Any) -> None:
    """The hosts so far were added by the platform's staff, and verified with that. Their addresses are looked up soon."""
    apps.get_model("platform", "Domain").objects.using(schema_editor.connection.alias).update(
        verified_at=F("created_at"), claimed_at=F("created_at"), next_check_at=timezone.now()
    )


STATUSES = [
    ("waiting", "waiting for its record"),
    ("verified", "verified"),
    ("expired", "expired"),
    ("taken", "proved by another store"),
]
PROOFS = [("", "none"), ("record", "record"), ("staff", "platform")]
FINDINGS = [
    ("", "not looked at yet"),
    ("found", "found"),
    ("absent", "no record found"),
    ("other", "a record with another value"),
    ("silent", "the name servers did not answer"),
]
HOST = "\\A(?=.{1,253}\\Z)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*\\Z"


MOMENTS = {
    "claimed_at": "claimed",
    "verified_at": "verified",
    "checked_at": "looked up",
    "next_check_at": "next look",
    "lost_at": "record missing since",
    "warned_at": None,
}


def moment(name: str) -> migrations.AddField:
    field = models.DateTimeField(editable=False, null=True, verbose_name=MOMENTS[name])
    return migrations.AddField("domain", name, field)


class Migration(migrations.Migration):
    dependencies = [("platform", "0010_api_times")]

    operations = [
        migrations.AddField(
            "domain",
            "status",
            models.CharField(choices=STATUSES, db_default="verified", default="waiting", editable=False, max_length=12, verbose_name="status"),
        ),
        migrations.AddField(
            "domain",
            "proof",
            models.CharField(blank=True, choices=PROOFS, db_default="staff", default="", editable=False, max_length=8, verbose_name="verified by"),
        ),
        migrations.AddField(
            "domain",
            "token",
            models.CharField(blank=True, db_default="", default="", editable=False, max_length=64),
        ),
        migrations.AddField(
            "domain",
            "finding",
            models.CharField(blank=True, choices=FINDINGS, db_default="", default="", editable=False, max_length=8, verbose_name="record"),
        ),
        migrations.AddField(
            "domain",
            "points_here",
            models.BooleanField(editable=False, null=True, verbose_name="points here"),
        ),
        migrations.AddField(
            "domain",
            "points_to",
            models.CharField(blank=True, db_default="", default="", editable=False, max_length=300),
        ),
        *map(moment, MOMENTS),
        migrations.RunPython(note_times, migrations.RunPython.noop),
        migrations.AlterField(
            "domain",
            "is_primary",
            models.BooleanField(default=False, verbose_name="primary"),
        ),
        migrations.AddIndex(
            "domain", models.Index(fields=["domain"], name="platform_domain_host")
        ),
        migrations.AddIndex(
            "domain",
            models.Index(condition=models.Q(("next_check_at__isnull", False)), fields=["next_check_at"], name="platform_domain_due"),
        ),
        migrations.AddConstraint(
            "domain",
            models.UniqueConstraint(condition=models.Q(("status", "verified")), fields=("domain",), name="platform_domain_one_store"),
        ),
        migrations.AddConstraint(
            "domain",
            models.UniqueConstraint(fields=("tenant", "domain"), name="platform_domain_one_claim"),
        ),
        migrations.AddConstraint(
            "domain",
            models.CheckConstraint(condition=models.Q(("is_primary", False), ("status", "verified"), _connector="OR"), name="platform_domain_primary_verified"),
        ),
        migrations.AddConstraint(
            "domain",
            models.CheckConstraint(condition=models.Q(("status__in", ["waiting", "verified", "expired", "taken"])), name="platform_domain_status"),
        ),
        # several stores may claim a host until it is verified for one of them
        migrations.AlterField(
            "domain",
            "domain",
            models.CharField(max_length=253, validators=[django.core.validators.RegexValidator(HOST, "Letters, digits and hyphens with dots between, such as shop.example.com.")], verbose_name="host"),
        ),
    ]
