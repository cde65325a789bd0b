"""Rows of the platform home: stores that are to be deleted, and the export that has to be there first."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.platform.models.stores import Store
from apps.platform.models.work import LeasedWork


class StoreDeletion(LeasedWork):
    """A request to delete a store, until it is done or cancelled. The row is deleted with the store; the audit log
    keeps who requested and who confirmed the deletion.

    `export_checksum` is the SHA-256 of the whole file, so that the confirmation finds the very archive that was verified.
    """

    store = models.OneToOneField(Store, on_delete=models.CASCADE, related_name="deletion")
    requested_by = models.CharField(_("requested by"), max_length=200)
    requested_at = models.DateTimeField(_("requested"))
    due_at = models.DateTimeField(_("can be confirmed without typing the name from"))
    export_path = models.CharField(_("export"), max_length=500, blank=True)
    export_checksum = models.CharField(max_length=64, blank=True)
    export_rows = models.PositiveBigIntegerField(_("rows and documents"), default=0)
    exported_at = models.DateTimeField(_("exported"), null=True, blank=True)
    # A worker writes the export; if it dies, another worker continues. An operator's command writes it itself.
    export_by_worker = models.BooleanField(default=False)
    confirmed_by = models.CharField(_("confirmed by"), max_length=200, blank=True)
    confirmed_ref = models.UUIDField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["requested_at"]

    def __str__(self) -> str:
        return f"deletion of {self.store}"
