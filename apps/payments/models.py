"""Rows live in the store's database: payments with their ledger, attempts, refunds, and the ways to pay."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.common.clock import now
from apps.common.money import format_money, from_minor
from apps.events.append_only import AppendOnly, AppendOnlyQuerySet
from apps.gateways.exchange import ReturnedGoods
from apps.gateways.installed import STORED_VALUE
from apps.payments.states import (
    CaptureState,
    DisputeState,
    PaymentState,
    RefundState,
    RefundTo,
    TransactionKind,
)
from apps.payments.ways import BankAccount as BankAccount
from apps.payments.ways import CashSettings as CashSettings
from apps.tenancy.models import StoreModel


class Payment(StoreModel):
    """A payment of an order through a gateway. Its id is our idempotency key at the gateway.

    The counters are the sums of its transactions. Only `refunded_minor` is ahead of them: it counts refunds from the
    moment they are requested, so that two people can't give back the same money; `state` follows only what the gateway
    has settled.
    """

    order = models.ForeignKey("orders.Order", on_delete=models.PROTECT, related_name="payments")
    gateway = models.CharField(max_length=32)
    pays_on_delivery = models.BooleanField(default=False)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    state = models.CharField(
        max_length=20, choices=PaymentState.choices, default=PaymentState.CREATED
    )
    gateway_ref = models.CharField(max_length=120, blank=True, default="", db_index=True)
    last_four = models.CharField(
        max_length=4,
        blank=True,
        default="",
        db_default="",
        help_text=_("The end of the gift card's code."),
    )
    failure_code = models.CharField(max_length=64, blank=True, default="")
    failure_message = models.CharField(max_length=255, blank=True, default="")
    needs_attention = models.CharField(
        max_length=255,
        blank=True,
        default="",
        help_text=_("What a person has to look at, or empty."),
    )
    authorized_minor = models.BigIntegerField(default=0)
    captured_minor = models.BigIntegerField(default=0)
    voided_minor = models.BigIntegerField(default=0)
    refunded_minor = models.BigIntegerField(default=0)
    is_captured_later = models.BooleanField(
        default=False, help_text=_("The bank holds the money until parcels leave.")
    )
    held_until = models.DateTimeField(null=True, blank=True, db_index=True)
    disputed_minor = models.BigIntegerField(
        default=0, help_text=_("What banks have withdrawn for buyers, and not returned.")
    )
    expires_at = models.DateTimeField(null=True, blank=True, db_index=True)
    captured_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=now)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["state", "created_at"], name="payments_state_created")]
        constraints = [
            models.CheckConstraint(
                condition=Q(refunded_minor__gte=0)
                & Q(refunded_minor__lte=F("captured_minor"))
                & Q(captured_minor__lte=F("amount_minor")),
                name="payments_refunded_within_captured",
            ),
            models.CheckConstraint(
                condition=Q(amount_minor__gte=0), name="payments_amount_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(authorized_minor=0, voided_minor=0)
                | Q(
                    voided_minor__gte=0,
                    authorized_minor__gte=F("captured_minor") + F("voided_minor"),
                ),
                name="payments_within_authorized",
            ),
            models.CheckConstraint(
                condition=Q(disputed_minor__gte=0), name="payments_disputed_not_negative"
            ),
        ]

    def __str__(self) -> str:
        amount = format_money(from_minor(self.amount_minor, self.currency), "en")
        return f"{amount} ({self.get_state_display().lower()})"

    @property
    def is_stored_value(self) -> bool:
        """A gift card or store credit: paid when the order was placed, given back without a bank."""
        return self.gateway in STORED_VALUE

    @property
    def is_returned_goods(self) -> bool:
        """Money of another order: that of returned goods, or of pieces that were split off."""
        return self.gateway == ReturnedGoods.code

    @property
    def refundable_minor(self) -> int:
        """Money that a bank has withdrawn for the buyer is not given back once more."""
        return max(self.captured_minor - self.refunded_minor - self.disputed_minor, 0)

    @property
    def held_minor(self) -> int:
        """What the bank holds, and the store can still capture."""
        return max(self.authorized_minor - self.captured_minor - self.voided_minor, 0)

    @property
    def due_minor(self) -> int:
        """What has not come yet."""
        return self.amount_minor - self.captured_minor


class PaymentAttempt(AppendOnly, StoreModel):
    """A permanent record of an attempt: opened, declined, captured, or refused by the gateway."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="attempts")
    outcome = models.CharField(max_length=20)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    gateway_ref = models.CharField(max_length=120, blank=True, default="")
    code = models.CharField(max_length=64, blank=True, default="")
    message = models.CharField(max_length=255, blank=True, default="")
    created_at = models.DateTimeField(default=now)

    objects = AppendOnlyQuerySet["PaymentAttempt"].as_manager()

    class Meta:
        ordering = ["created_at", "id"]
        indexes = [models.Index(fields=["outcome", "created_at"], name="payments_attempt_outcome")]

    def __str__(self) -> str:
        return f"{self.outcome} {self.amount_minor} {self.currency}"


class Transaction(AppendOnly, StoreModel):
    """A movement of a payment's money, for good: `kind` says which way, the amount is positive.

    `gateway_ref` is the gateway's reference of the movement, and unique for payment and kind: a message that comes
    twice books once. A fee is in the currency of the provider's accounts.
    """

    payment = models.ForeignKey(
        Payment, on_delete=models.PROTECT, related_name="transactions", db_index=False
    )
    kind = models.CharField(max_length=12, choices=TransactionKind.choices)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    gateway_ref = models.CharField(max_length=160)
    created_at = models.DateTimeField(default=now)

    objects = AppendOnlyQuerySet["Transaction"].as_manager()

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["payment", "kind", "gateway_ref"], name="payments_transaction_once"
            ),
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0), name="payments_transaction_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount_minor} {self.currency}"


class Capture(StoreModel):
    """Money that a bank holds and that is asked for. Its id is the idempotency key at the gateway.

    A payment has at most one that is requested: the next one waits for its end. `captured_before_minor` was captured
    before, so that the gateway's sum shows whether a capture of which no answer came has happened.
    """

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="captures")
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    captured_before_minor = models.BigIntegerField()
    is_last = models.BooleanField(help_text=_("The bank releases what is left afterwards."))
    state = models.CharField(
        max_length=20, choices=CaptureState.choices, default=CaptureState.REQUESTED
    )
    failure_message = models.CharField(max_length=255, blank=True, default="")
    actor_kind = models.CharField(max_length=16)
    actor_label = models.CharField(max_length=150)
    created_at = models.DateTimeField(default=now)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created_at", "id"]
        indexes = [models.Index(fields=["state", "created_at"], name="payments_capture_state")]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0), name="payments_capture_amount_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"capture {self.amount_minor} {self.currency} ({self.state})"


class Refund(StoreModel):
    """Money on its way back. Its id is the idempotency key at the gateway; `request_key` stops a double click."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    state = models.CharField(
        max_length=20, choices=RefundState.choices, default=RefundState.REQUESTED
    )
    credited_minor = models.BigIntegerField(
        help_text=_(
            "So much of it was paid for the order; the rest came beyond what was to be paid."
        ),
    )
    voucher_minor = models.BigIntegerField(
        default=0, db_default=0, help_text=_("So much of it is for gift cards of the order.")
    )
    tax_minor = models.BigIntegerField(default=0)
    tax_components = models.JSONField(blank=True, default=list)
    destination = models.CharField(
        max_length=12, choices=RefundTo.choices, default=RefundTo.SOURCE, db_default=RefundTo.SOURCE
    )
    reason = models.CharField(max_length=255, blank=True, default="")
    pays_order = models.CharField(
        max_length=16,
        blank=True,
        default="",
        db_default="",
        help_text=_("The order that the money pays now: it does not leave the store."),
    )
    request_key = models.CharField(max_length=100)
    gateway_ref = models.CharField(max_length=120, blank=True, default="")
    failure_message = models.CharField(max_length=255, blank=True, default="")
    actor_kind = models.CharField(max_length=16)
    actor_label = models.CharField(max_length=150)
    created_at = models.DateTimeField(default=now)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created_at", "id"]
        indexes = [
            models.Index(fields=["state", "created_at"], name="payments_refund_state"),
            models.Index(fields=["settled_at"], name="payments_refund_settled"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["payment", "request_key"], name="payments_refund_request_once"
            ),
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0), name="payments_refund_amount_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"refund {self.amount_minor} {self.currency} ({self.state})"


class Dispute(StoreModel):
    """A buyer's bank asks for the money back: as the gateway said last. Staff answer at the gateway until `respond_by`."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="disputes")
    gateway_ref = models.CharField(max_length=120)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=12, choices=DisputeState.choices)
    reason = models.CharField(max_length=120, blank=True, default="")
    respond_by = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=now)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["payment", "gateway_ref"], name="payments_dispute_once")
        ]

    def __str__(self) -> str:
        return f"dispute {self.amount_minor} {self.currency} ({self.state})"


class PaymentMethod(StoreModel):
    """A gateway this store offers at checkout, under the name its buyers see."""

    shown_on_pages = True

    gateway = models.CharField(max_length=32, unique=True)
    label = models.CharField(max_length=80)
    description = models.CharField(max_length=255, blank=True, default="")
    is_test = models.BooleanField(default=False, editable=False)
    pays_on_delivery = models.BooleanField(default=False, editable=False)
    is_active = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "gateway"]

    def __str__(self) -> str:
        return self.label


class PaymentSettings(StoreModel):
    """One row (`key` is always `store`): how long buyers have for paying, and when their money is taken."""

    class Capture(models.TextChoices):
        AT_ONCE = "at_once", _("at once")
        AT_SHIPMENT = "at_shipment", _("when it is shipped")

    shown_on_pages = True

    key = models.CharField(max_length=8, unique=True, default="store", editable=False)
    minutes_to_pay = models.PositiveIntegerField(
        _("minutes to pay"),
        default=30,
        validators=[MinValueValidator(10), MaxValueValidator(3 * 24 * 60)],
        help_text=_(
            "How long an unpaid order holds its stock before it is cancelled: 10 minutes to 3 days (4320). "
            "Orders that are already placed keep their time."
        ),
    )

    capture = models.CharField(
        _("take the money"),
        max_length=12,
        choices=Capture.choices,
        default=Capture.AT_ONCE,
        help_text=_(
            "When it is shipped: the bank holds the money of an order, and each parcel takes its part. Only with ways to "
            "pay whose provider can do that; downloads are paid at once. Orders that are already placed keep theirs."
        ),
    )

    class Meta:
        verbose_name = _("payment settings")
        verbose_name_plural = _("payment settings")

    def __str__(self) -> str:
        return "Payment settings"
