"""Store home: the fence that decides each checkout once, and orders that staff prepare."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.checkout.states import DraftState
from apps.common.clock import now
from apps.common.ids import random_token
from apps.tenancy.models import StoreModel


class CheckoutFence(StoreModel):
    """A row for each finished claim of a cart; its key is the checkout id.

    An order inserts it in its own transaction (`placed`); the sweeper inserts it before it gives a stalled cart
    back (`abandoned`). The second insert fails on the key, so a checkout is either placed or abandoned, never both.
    """

    class Outcome(models.TextChoices):
        PLACED = "placed", _("Placed")
        ABANDONED = "abandoned", _("Abandoned")

    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    request_key = models.CharField(
        max_length=255,
        blank=True,
        default="",
        help_text=_("The caller's idempotency key, for support."),
    )
    at = models.DateTimeField(default=now)

    class Meta:
        indexes = [models.Index(fields=["outcome", "at"], name="checkout_fence_outcome_at")]

    def __str__(self) -> str:
        return f"{self.pk} {self.outcome}"


class DraftOrder(StoreModel):
    """An order that staff prepare. Its link shows it to the buyer while it is sent; `cart_token` is of the cart by which
    it is ordered, and of no visitor's cookie.

    `version` counts the changes: what is ordered is the version that was seen. `order_ref` is unique, so one draft makes
    one order. `total_minor` is what the buyer was sent.
    """

    state = models.CharField(max_length=8, choices=DraftState.choices, default=DraftState.OPEN)
    version = models.PositiveIntegerField(default=1)
    email = models.EmailField(max_length=254, blank=True, default="")
    phone = models.CharField(max_length=32, blank=True, default="")
    currency = models.CharField(max_length=3)
    shipping_address = models.JSONField(default=dict, blank=True)
    shipping_method_code = models.CharField(max_length=40, blank=True, default="")
    shipping_minor = models.BigIntegerField(
        null=True, blank=True, help_text=_("Instead of the price of the shipping method.")
    )
    discount_minor = models.BigIntegerField(default=0)
    discount_reason = models.CharField(max_length=200, blank=True, default="")
    note = models.TextField(blank=True, default="", help_text=_("The customer reads it."))
    company = models.CharField(max_length=120, blank=True, default="", db_default="")
    tax_number = models.CharField(
        max_length=24,
        blank=True,
        default="",
        db_default="",
        help_text=_("The buyer's GSTIN, VAT ID or the like."),
    )
    codes = models.JSONField(
        default=list, null=True, blank=True, help_text=_("Coupon codes that the buyer gets.")
    )
    access_token = models.CharField(max_length=32, unique=True, default=random_token)
    cart_token = models.CharField(max_length=32, default=random_token)
    total_minor = models.BigIntegerField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    order_ref = models.UUIDField(null=True, blank=True, unique=True)
    actor_label = models.CharField(max_length=150)
    created_at = models.DateTimeField(default=now)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("draft order")
        indexes = [models.Index(fields=["state", "created_at"], name="checkout_draft_state")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(discount_minor__gte=0)
                & (models.Q(shipping_minor__isnull=True) | models.Q(shipping_minor__gte=0)),
                name="checkout_draft_amounts",
            )
        ]

    def __str__(self) -> str:
        return f"Draft {self.number}"

    @property
    def number(self) -> str:
        """Short, for people; the end of an id is random."""
        return self.pk.hex[-6:].upper()

    @property
    def coupon_codes(self) -> list[str]:
        """`codes`, which a draft from before there were any does not have."""
        return list(self.codes or ())

    @property
    def cart_key(self) -> str:
        """What the draft's cart says of it: which draft, and which version."""
        return f"{self.pk.hex}.{self.version}"

    @property
    def is_payable(self) -> bool:
        in_time = self.expires_at is not None and self.expires_at > now()
        return self.state == DraftState.SENT and in_time


class CartReminder(StoreModel):
    """A mail about a cart that was left; `number` counts those of a cart. The row is the claim: its unique key makes each
    reminder one mail. `restored_ref` is the cart into which the link put the goods. No person is in it."""

    cart_ref = models.CharField(max_length=36)
    number = models.PositiveSmallIntegerField()
    sent_at = models.DateTimeField(default=now, db_index=True)
    returned_at = models.DateTimeField(null=True, blank=True)
    restored_ref = models.CharField(max_length=36, blank=True, default="")

    class Meta:
        verbose_name = _("cart reminder")
        constraints = [
            models.UniqueConstraint(fields=["cart_ref", "number"], name="checkout_reminder_once")
        ]

    def __str__(self) -> str:
        return f"{self.cart_ref} {self.number}"


class DraftLine(StoreModel):
    """Pieces of a variant. `price_minor` is the price that staff made, `held_minor` what the buyer was sent; otherwise the
    catalog's price counts."""

    draft = models.ForeignKey(DraftOrder, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    variant_ref = models.CharField(max_length=36)
    sku = models.CharField(max_length=64)
    title = models.CharField(max_length=300)
    quantity = models.PositiveIntegerField()
    price_minor = models.BigIntegerField(null=True, blank=True)
    price_reason = models.CharField(max_length=200, blank=True, default="")
    held_minor = models.BigIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["draft", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["draft", "variant_ref"], name="checkout_draft_line_once"
            ),
            models.CheckConstraint(
                condition=models.Q(quantity__gte=1)
                & (models.Q(price_minor__isnull=True) | models.Q(price_minor__gte=0)),
                name="checkout_draft_line_amounts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.title}"
