"""The lines of an order, as they were sold."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.catalog.selectors import LinePart
from apps.inventory.queue import Waiting
from apps.pricing.rules import TaxComponent, read_components
from apps.tenancy.models import StoreModel


class OrderLine(StoreModel):
    """What was bought, copied at the moment of sale."""

    order = models.ForeignKey(
        "orders.Order", on_delete=models.PROTECT, related_name="lines", db_index=False
    )
    position = models.PositiveSmallIntegerField()
    product_ref = models.CharField(max_length=36)
    variant_ref = models.CharField(max_length=36)
    sku = models.CharField(max_length=64, db_index=True)
    title = models.CharField(max_length=250)
    variant_title = models.CharField(max_length=250, blank=True, default="")
    image_url = models.CharField(max_length=500, blank=True, default="")
    quantity = models.PositiveIntegerField()
    unit_price_minor = models.BigIntegerField()
    subtotal_minor = models.BigIntegerField()
    discount_minor = models.BigIntegerField(default=0)
    tax_minor = models.BigIntegerField(default=0)
    tax_percent = models.DecimalField(max_digits=7, decimal_places=4, default=0, db_default=0)
    tax_name = models.CharField(max_length=60, blank=True, default="")
    tax_components = models.JSONField(default=list)
    hsn_code = models.CharField(max_length=10, blank=True, default="", db_default="")
    total_minor = models.BigIntegerField()
    fulfilled_quantity = models.PositiveIntegerField(default=0)
    returned_quantity = models.PositiveIntegerField(default=0)
    cancelled_quantity = models.PositiveIntegerField(default=0)
    requested_quantity = models.PositiveIntegerField(
        default=0, db_default=0, help_text=_("Pieces in return requests that are not finished.")
    )
    is_digital = models.BooleanField(default=False)
    awaited_quantity = models.PositiveIntegerField(
        default=0, db_default=0, help_text=_("Pieces that were not there when they were ordered.")
    )
    awaited_until = models.DateField(null=True, blank=True)
    is_preorder = models.BooleanField(default=False, db_default=False)
    parts = models.JSONField(
        null=True,
        blank=True,
        help_text=_("Of a bundle: the variants that one of it is made of, and how many of each."),
    )
    gift = models.JSONField(
        null=True,
        blank=True,
        help_text=_("Of a gift card: for whom it is, from whom, and when it is sent."),
    )
    added_by = models.PositiveIntegerField(
        null=True,
        blank=True,
        help_text=_("The event that added it; empty: it was there when the order was placed."),
    )

    class Meta:
        ordering = ["order", "position"]
        indexes = [models.Index(fields=["image_url"], name="order_line_image")]
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="order_line_position"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="order_line_quantity"),
            models.CheckConstraint(
                condition=Q(quantity__gte=F("fulfilled_quantity")), name="order_line_fulfilled"
            ),
            models.CheckConstraint(
                condition=Q(fulfilled_quantity__gte=F("returned_quantity")),
                name="order_line_returned",
            ),
            models.CheckConstraint(
                condition=Q(
                    fulfilled_quantity__gte=F("returned_quantity") + F("requested_quantity")
                ),
                name="order_line_requested",
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=F("fulfilled_quantity") + F("cancelled_quantity")),
                name="order_line_cancelled",
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=F("awaited_quantity")), name="order_line_awaited"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.title}"

    @property
    def tax_parts(self) -> tuple[TaxComponent, ...]:
        return read_components(self.tax_components)

    @property
    def bundle_parts(self) -> tuple[LinePart, ...]:
        """What one piece is made of, as it was sold; nothing unless it is a bundle."""
        return tuple(LinePart(**part) for part in self.parts or ())

    @property
    def is_gift_card(self) -> bool:
        """Each piece is issued as a card once the order is paid. Nothing of it is sent, taxed or a sale."""
        return self.gift is not None

    @property
    def is_download(self) -> bool:
        """Whether the buyer has it once it is paid."""
        return self.is_digital and not self.is_fee and not self.is_gift_card

    @property
    def is_fee(self) -> bool:
        """An amount that staff added: no goods, nothing is sent or downloaded."""
        return not self.variant_ref

    @property
    def open_quantity(self) -> int:
        """Pieces that are still to be sent."""
        return self.quantity - self.fulfilled_quantity - self.cancelled_quantity

    @property
    def promised(self) -> Waiting | None:
        """What the buyer was promised of the pieces that were not there."""
        if not self.awaited_quantity:
            return None
        return Waiting(self.awaited_quantity, self.awaited_until, self.is_preorder)

    @property
    def given_quantity(self) -> int:
        """Cancelled or returned pieces."""
        return self.cancelled_quantity + self.returned_quantity

    @property
    def kept_quantity(self) -> int:
        """Pieces that were sent and did not come back."""
        return self.fulfilled_quantity - self.returned_quantity

    @property
    def free_quantity(self) -> int:
        """Kept pieces that are in no open return request."""
        return self.kept_quantity - self.requested_quantity
