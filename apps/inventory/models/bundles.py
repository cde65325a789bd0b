"""What a bundle is made of."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from apps.common.clock import now
from apps.tenancy.models import StoreModel


class Bundle(StoreModel):
    """A variant that is sold as pieces of others. It has no stock of its own: it can be sold as far as its parts reach.

    A part is never a bundle itself. `shown_area`: sales change the stock, not this.
    """

    shown_on_pages = True
    shown_area = "bundles"
    audit_rows: ClassVar[tuple[str, ...]] = ("parts",)

    variant_ref = models.CharField(max_length=36, unique=True)
    sku = models.CharField(max_length=64)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        ordering = ["sku", "id"]

    def __str__(self) -> str:
        return self.sku


class BundlePart(StoreModel):
    """One bundle has `quantity` pieces of this part."""

    shown_on_pages = True
    shown_area = "bundles"

    bundle = models.ForeignKey(
        Bundle, on_delete=models.CASCADE, related_name="parts", db_index=False
    )
    variant_ref = models.CharField(max_length=36, db_index=True)
    sku = models.CharField(max_length=64)
    quantity = models.PositiveSmallIntegerField()
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["bundle", "position"]
        constraints = [
            models.UniqueConstraint(fields=["bundle", "variant_ref"], name="bundle_part_once"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="bundle_part_quantity"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.sku}"
