"""An order keeps what was sold as it was: it never asks the catalog again."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.common.clock import now, today
from apps.common.ids import random_token
from apps.common.money import Money, from_minor
from apps.orders.states import FulfilmentState, OrderPaymentState, OrderStatus
from apps.pricing.rules import TaxComponent, read_components
from apps.pricing.tax_numbers import tax_number_label
from apps.pricing.treatments import Treatment
from apps.tenancy.models import StoreModel


class Order(StoreModel):
    """One sale. `id` is the checkout's id (the fence against selling twice); only services change its states."""

    number = models.CharField(max_length=16, unique=True)
    customer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="orders",
        db_index=False,  # the index below begins with it
    )
    email = models.EmailField(max_length=254)
    phone = models.CharField(max_length=32, blank=True, default="")
    language = models.CharField(max_length=16, default="en")

    currency = models.CharField(max_length=3)
    subtotal_minor = models.BigIntegerField(default=0)
    discount_minor = models.BigIntegerField(default=0)
    discounts = models.JSONField(
        default=list,
        blank=True,
        help_text=_("Coupons and automatic discounts by name, code and amount."),
    )
    shipping_minor = models.BigIntegerField(default=0)
    shipping_tax_minor = models.BigIntegerField(default=0)
    fee_minor = models.BigIntegerField(
        default=0, db_default=0, help_text=_("For the way of paying, such as cash on delivery.")
    )
    fee_tax_components = models.JSONField(null=True, blank=True)
    tax_minor = models.BigIntegerField(default=0)
    total_minor = models.BigIntegerField(default=0)
    prices_include_tax = models.BooleanField(default=False)
    tax_components = models.JSONField(
        default=list, help_text=_("Named parts of the tax, for the invoice.")
    )
    seller_tax_number = models.CharField(max_length=20, blank=True, default="", db_default="")
    company = models.CharField(max_length=120, blank=True, default="", db_default="")
    tax_number = models.CharField(
        max_length=24,
        blank=True,
        default="",
        db_default="",
        help_text=_("The buyer's GSTIN, VAT ID or the like."),
    )
    tax_treatment = models.CharField(
        max_length=10,
        choices=Treatment.choices,
        blank=True,
        default=Treatment.NONE,
        db_default="",
        help_text=_("Why it bears no tax."),
    )
    tax_evidence = models.JSONField(
        default=dict,
        null=True,
        blank=True,
        help_text=_("What was asked about the tax number, and the answer."),
    )
    voucher_minor = models.BigIntegerField(
        default=0,
        db_default=0,
        help_text=_("What gift cards in it cost: no sale until they are spent."),
    )
    voucher_refunded_minor = models.BigIntegerField(
        default=0, db_default=0, help_text=_("So much of the refunds was for gift cards.")
    )
    refunded_minor = models.BigIntegerField(default=0)
    reduced_minor = models.BigIntegerField(
        default=0,
        help_text=_("Cash that is not due any more: pieces were cancelled or refused."),
    )
    unpaid_minor = models.BigIntegerField(
        default=0,
        db_default=0,
        help_text=_("What staff added after it was paid, and is not paid yet."),
    )

    gift_cards_until = models.DateField(
        null=True,
        blank=True,
        help_text=_("The day on which the last gift card of it is sent; empty: none waits."),
    )

    payment_state = models.CharField(
        max_length=20, choices=OrderPaymentState.choices, default=OrderPaymentState.UNPAID
    )
    fulfilment_state = models.CharField(
        max_length=20, choices=FulfilmentState.choices, default=FulfilmentState.UNFULFILLED
    )
    status = models.CharField(
        max_length=12, choices=OrderStatus.choices, default=OrderStatus.PENDING
    )

    needs_shipping = models.BooleanField(
        default=True,
        db_default=True,
        help_text=_("Whether a parcel leaves: not for downloads alone."),
    )
    shipping_address = models.JSONField(default=dict)
    billing_address = models.JSONField(default=dict)
    shipping_method_code = models.CharField(max_length=40, blank=True, default="")
    shipping_method_name = models.CharField(max_length=120, blank=True, default="")
    pickup = models.JSONField(
        null=True, blank=True, help_text=_("The place where the buyer collects it.")
    )
    expected_from = models.DateField(null=True, blank=True)
    expected_until = models.DateField(null=True, blank=True)
    cart_ref = models.CharField(max_length=36, blank=True, default="", db_index=True)
    access_token = models.CharField(max_length=32, unique=True, default=random_token)
    note = models.TextField(blank=True, default="", help_text=_("What the buyer wrote."))
    event_count = models.PositiveIntegerField(default=0)
    held_at = models.DateTimeField(
        null=True, blank=True, help_text=_("Staff keep it from being shipped.")
    )
    hold_reason = models.CharField(max_length=200, blank=True, default="", db_default="")
    split_from = models.CharField(
        max_length=16,
        blank=True,
        default="",
        db_default="",
        help_text=_("The order that its pieces were taken from."),
    )
    sent_with = models.UUIDField(
        null=True,
        blank=True,
        db_index=True,
        help_text=_("Orders with the same value leave in one parcel."),
    )

    confirmation = models.CharField(
        max_length=6,
        blank=True,
        default="",
        db_default="",
        help_text=_(
            "Who confirms an order that is paid on delivery: staff by a call, or the buyer by a code."
        ),
    )
    confirm_by = models.DateTimeField(
        null=True,
        blank=True,
        db_index=True,
        help_text=_("It waits for its confirmation until then; empty: it waits for none."),
    )

    placed_at = models.DateTimeField(default=now)
    paid_at = models.DateTimeField(null=True, blank=True)
    shipped_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(total_minor__gte=0), name="order_total_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(refunded_minor__gte=0) & Q(refunded_minor__lte=F("total_minor")),
                name="order_refund_bounded",
            ),
            models.CheckConstraint(
                condition=Q(reduced_minor__gte=0)
                & Q(total_minor__gte=F("refunded_minor") + F("reduced_minor")),
                name="order_reduced_bounded",
            ),
            models.CheckConstraint(condition=Q(fee_minor__gte=0), name="order_fee_not_negative"),
        ]
        indexes = [
            models.Index(fields=["status", "placed_at"], name="order_status_placed"),
            models.Index(fields=["customer", "placed_at"], name="order_customer_placed"),
            models.Index(fields=["email"], name="order_email"),
            models.Index(fields=["placed_at"], name="order_placed"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_cancelled(self) -> bool:
        return self.cancelled_at is not None

    @property
    def is_pickup(self) -> bool:
        return self.pickup is not None

    @property
    def is_on_hold(self) -> bool:
        return self.held_at is not None and self.cancelled_at is None

    @property
    def awaits_confirmation(self) -> bool:
        """Nothing of it is shipped before it is confirmed."""
        return self.confirm_by is not None and not self.is_cancelled

    @property
    def is_gift_cards(self) -> bool:
        """Whether nothing but gift cards was bought."""
        return 0 < self.voucher_minor == self.total_minor

    @property
    def awaits_gift_cards(self) -> bool:
        """Whether a gift card of it waits for the day on which it is to be sent."""
        return (
            self.gift_cards_until is not None
            and self.gift_cards_until >= today()
            and not self.is_cancelled
        )

    @property
    def is_download(self) -> bool:
        """Nothing of it is sent."""
        return not self.needs_shipping

    @property
    def other_billing_address(self) -> dict[str, Any]:
        """The billing address, if it differs from the delivery address."""
        is_other = self.billing_address and self.billing_address != self.shipping_address
        return dict(self.billing_address) if is_other else {}

    @property
    def tax_number_label(self) -> str:
        """The name of the buyer's tax number in the country of the billing address."""
        return tax_number_label(str(self.billing_address.get("country") or ""))

    @property
    def payable_minor(self) -> int:
        """The final amount for the buyer: the total without amounts that are no longer due."""
        return self.total_minor - self.reduced_minor

    @property
    def total(self) -> Money:
        return from_minor(self.total_minor, self.currency)

    @property
    def subtotal(self) -> Money:
        return from_minor(self.subtotal_minor, self.currency)

    @property
    def discount(self) -> Money:
        return from_minor(self.discount_minor, self.currency)

    @property
    def shipping(self) -> Money:
        return from_minor(self.shipping_minor, self.currency)

    @property
    def fee_tax_parts(self) -> tuple[TaxComponent, ...]:
        return read_components(self.fee_tax_components or ())

    @property
    def fee_tax_minor(self) -> int:
        """The part of `tax_minor` that is on the fee."""
        return sum(part.amount_minor for part in self.fee_tax_parts)

    @property
    def fee_total_minor(self) -> int:
        """What the buyer pays for it, tax included."""
        return self.fee_minor + (0 if self.prices_include_tax else self.fee_tax_minor)

    @property
    def tax(self) -> Money:
        return from_minor(self.tax_minor, self.currency)

    @property
    def tax_parts(self) -> tuple[TaxComponent, ...]:
        """The tax by its components; they add up to `tax_minor`."""
        return read_components(self.tax_components)
