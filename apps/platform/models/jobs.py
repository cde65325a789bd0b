"""Rows of the platform home: provisioning jobs, the recorded template with its steps, notes of work that is due."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.platform.models.stores import Store
from apps.platform.models.work import LeasedWork
from apps.platform.states import JobStatus
from apps.tenancy.models import PlatformModel


class ProvisioningJob(LeasedWork):
    """The creation of a store's tables and first data. One row per store; a retry continues the same row."""

    store = models.OneToOneField(Store, on_delete=models.CASCADE, related_name="provisioning_job")
    status = models.CharField(
        _("status"),
        max_length=12,
        choices=JobStatus.choices,
        default=JobStatus.QUEUED,
        editable=False,
    )
    tables_created = models.PositiveIntegerField(_("tables created"), default=0)
    total_tables = models.PositiveIntegerField(_("tables in total"), default=0)
    finished_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("opening")
        verbose_name_plural = _("openings")
        ordering: ClassVar = ["-created_at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(progress__lte=100), name="platform_job_progress"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["status", "lease_until"], name="platform_job_due"),
        ]

    def __str__(self) -> str:
        return f"{self.store}: {self.status} {self.progress} %"


class StoreTemplate(PlatformModel):
    """The SQL that Django's migrations sent when the template was migrated, ready for replay.

    `version` is a hash of all migrations: a template of another version is never replayed. The newest row is
    the one in force; older ones stay for a process that still runs the previous code, and as what the next
    release's template starts from: `definitions` alone, without rows, of the `migrations` (name: hash of its source).
    """

    version = models.CharField(max_length=64, unique=True, editable=False)
    statements = models.TextField(editable=False)
    table_count = models.PositiveIntegerField(editable=False)
    built_at = models.DateTimeField(editable=False)
    recording_format = models.CharField(max_length=8, blank=True, editable=False)
    definitions = models.TextField(blank=True, editable=False)
    migrations = models.JSONField(default=dict, editable=False)
    tables = models.JSONField(default=dict, editable=False)
    # Rows that have the same ids in every store: content types and permissions.
    reference = models.JSONField(default=dict, editable=False)

    class Meta:
        ordering: ClassVar = ["-built_at"]

    def __str__(self) -> str:
        return f"template {self.version[:12]}"


class TemplateStep(PlatformModel):
    """What brought the template from one release to the next, ready for replay in the stores that are behind.

    A store fits when it has exactly `applied` of the migrations this step knows. `python` lists the reasons against a
    replay (code that reads rows); Django's migrate runs such a step inside each store. `cautions` are changes that
    break the previous code.
    """

    vendor = models.CharField(max_length=20, editable=False)
    from_version = models.CharField(max_length=64, editable=False)
    to_version = models.CharField(max_length=64, editable=False)
    applied = models.JSONField(editable=False)
    added = models.JSONField(editable=False)
    statements = models.TextField(blank=True, editable=False)
    python = models.JSONField(default=list, editable=False)
    cautions = models.JSONField(default=list, editable=False)
    recorded_at = models.DateTimeField(editable=False)

    class Meta:
        ordering: ClassVar = ["recorded_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["vendor", "from_version", "to_version"], name="platform_step_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_version[:8]} to {self.to_version[:8]} ({self.vendor})"

    @property
    def brings_permissions(self) -> bool:
        """Then the roles with these permissions must be refreshed."""
        return 'INSERT INTO "auth_permission"' in self.statements


class WakeUp(PlatformModel):
    """ "This store has work due at that time." Append-only; the sweeper deletes what it has read."""

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="wake_ups")
    due_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.store_id} at {self.due_at}"
