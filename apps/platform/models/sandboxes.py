"""Rows of the platform home: what workers do with sandboxes, so that a page can show how far they are."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.platform.models.stores import Store
from apps.platform.models.work import LeasedWork
from apps.platform.states import JobStatus


class SandboxJob(LeasedWork):
    """A job on a sandbox. The row contains everything a worker needs; every kind can be repeated after a crash.

    `live` and `sandbox` become null when their store is deleted; `slug` stays. `result` holds what a comparison found,
    or how much was published. `waits_since`: other work on the store has to end first.
    """

    class Kind(models.TextChoices):
        MAKE = "make", _("make a sandbox")
        COMPARE = "compare", _("compare with the live store")
        PUBLISH = "publish", _("publish")
        DISCARD = "discard", _("discard")

    kind = models.CharField(_("what"), max_length=12, choices=Kind.choices)
    live = models.ForeignKey(
        Store, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("live store")
    )
    sandbox = models.ForeignKey(
        Store, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("sandbox")
    )
    slug = models.CharField(_("short name of the sandbox"), max_length=40)
    overwrite = models.BooleanField(default=False)
    status = models.CharField(
        _("status"), max_length=12, choices=JobStatus.choices, default=JobStatus.QUEUED
    )
    result = models.JSONField(default=dict)
    requested_by = models.CharField(_("requested by"), max_length=200, blank=True)
    waits_since = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(_("asked for"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        verbose_name = _("sandbox")
        verbose_name_plural = _("sandboxes")
        ordering: ClassVar = ["-created_at", "id"]
        indexes: ClassVar = [
            models.Index(fields=["status", "lease_until"], name="platform_sandbox_due"),
        ]

    def __str__(self) -> str:
        return f"{self.slug}: {self.get_kind_display()}"

    @property
    def is_open(self) -> bool:
        """Whether a worker runs it or will run it."""
        return self.status in (JobStatus.QUEUED, JobStatus.RUNNING)
