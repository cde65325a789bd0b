"""Rows of the platform home: moves of stores from one place to another."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.platform.crypto import EncryptedJSONField
from apps.platform.models.stores import DatabaseType, Store
from apps.platform.models.work import LeasedWork
from apps.platform.states import OPEN_MOVES, MoveStatus


class StoreMove(LeasedWork):
    """One move of a store's SQL data. The row is all a worker needs to continue where another one died.

    `paused_at` is set before the source is fenced and
    cleared after the pause has ended, so a store that may be paused is never forgotten. After `switched_at` the
    source is a read-only copy, kept until `source_dropped_at`.
    """

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="moves")
    status = models.CharField(
        _("status"), max_length=12, choices=MoveStatus.choices, default=MoveStatus.QUEUED
    )
    requested_by = models.CharField(_("requested by"), max_length=200, blank=True)

    source_type = models.CharField(max_length=20, choices=DatabaseType.choices)
    source_region = models.CharField(max_length=40)
    source_config = EncryptedJSONField(editable=False)
    source_version = models.PositiveIntegerField()
    target_type = models.CharField(max_length=20, choices=DatabaseType.choices)
    target_region = models.CharField(max_length=40)
    target_config = EncryptedJSONField(editable=False)
    # This move created the tables in the target, so it may empty and drop them.
    target_is_ours = models.BooleanField(default=False)

    tables_done = models.PositiveIntegerField(_("tables copied"), default=0)
    total_tables = models.PositiveIntegerField(_("tables in total"), default=0)
    counts = models.JSONField(_("rows"), default=dict)

    paused_at = models.DateTimeField(_("paused"), null=True, blank=True)
    switched_at = models.DateTimeField(_("switched"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    drop_requested_at = models.DateTimeField(null=True, blank=True)
    source_dropped_at = models.DateTimeField(_("old copy deleted"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("move")
        verbose_name_plural = _("moves")
        ordering: ClassVar = ["-created_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["store"],
                condition=models.Q(status__in=[str(one.value) for one in OPEN_MOVES]),
                name="platform_move_one_open",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["status", "lease_until"], name="platform_move_due"),
        ]

    def __str__(self) -> str:
        return f"{self.store}: {self.source_label} -> {self.target_label}"

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_MOVES

    @property
    def keeps_source(self) -> bool:
        """Whether the source still holds the old copy."""
        return self.switched_at is not None and self.source_dropped_at is None

    @property
    def source_label(self) -> str:
        return place_label(self.source_type, self.source_region, self.source_config)

    @property
    def target_label(self) -> str:
        return place_label(self.target_type, self.target_region, self.target_config)


def place_label(database_type: str, region: str, config: Any) -> str:
    """The place in words; without user and password."""
    if database_type == DatabaseType.SHARED:
        return f"shared cluster {region}"
    kind = DatabaseType(database_type).label
    return f"{kind} {config.get('host', '')}/{config.get('database', '')}"
