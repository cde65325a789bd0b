"""Rows of the platform home: what the platform's staff write down about a store, for each other."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.platform.models.stores import Store
from apps.tenancy.models import PlatformModel


class StoreNote(PlatformModel):
    """Seen by the platform's staff alone. The pinned ones are above the others."""

    store = models.ForeignKey(
        Store, on_delete=models.CASCADE, related_name="notes", verbose_name=_("store")
    )
    text = models.TextField(_("note"), max_length=4000)
    is_pinned = models.BooleanField(_("pinned"), default=False)
    written_by = models.CharField(_("written by"), max_length=254, editable=False)
    created_at = models.DateTimeField(_("written"), auto_now_add=True)

    class Meta:
        verbose_name = _("note on a store")
        verbose_name_plural = _("notes on stores")
        ordering: ClassVar = ["-is_pinned", "-created_at", "-id"]
        indexes: ClassVar = [
            models.Index(fields=["store", "-created_at"], name="platform_note_of_store")
        ]

    def __str__(self) -> str:
        return f"{self.store}: {self.text[:40]}"
