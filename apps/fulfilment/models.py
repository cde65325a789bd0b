"""Rows live in the store's database: shipments, what is in them, what happened to them, and what came back."""

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.common.clock import now
from apps.events.append_only import AppendOnly, AppendOnlyQuerySet
from apps.fulfilment.states import (
    ON_THE_WAY,
    AnswersRule,
    FailureReason,
    ReturnKind,
    ReturnState,
    ShipmentState,
    UndeliveredRefund,
)
from apps.pricing.rules import TaxComponent, read_components
from apps.tenancy.models import StoreModel


class Shipment(StoreModel):
    """One parcel. `request_key` makes a double click ship once."""

    order = models.ForeignKey("orders.Order", on_delete=models.PROTECT, related_name="shipments")
    number = models.CharField(max_length=40, unique=True)
    carrier = models.CharField(max_length=80, blank=True, default="")
    tracking_number = models.CharField(max_length=80, blank=True, default="", db_index=True)
    tracking_url = models.URLField(max_length=500, blank=True, default="")
    state = models.CharField(
        max_length=12, choices=ShipmentState.choices, default=ShipmentState.CREATED
    )
    request_key = models.CharField(max_length=100)
    cash_minor = models.BigIntegerField(
        default=0, help_text=_("Cash on delivery that was booked with this parcel.")
    )
    received_by = models.CharField(
        max_length=120, blank=True, default="", db_default="", help_text=_("Who took it in.")
    )
    proof_photo = models.CharField(
        max_length=200,
        blank=True,
        default="",
        db_default="",
        help_text=_("Signature or photo of the delivery, in the store's private files."),
    )
    failed_attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    failure_reason = models.CharField(
        max_length=16, choices=FailureReason.choices, blank=True, default="", db_default=""
    )
    next_attempt_on = models.DateField(null=True, blank=True)
    redirection = models.JSONField(
        null=True, blank=True, help_text=_("Another phone number or address for the next attempt.")
    )
    answer = models.JSONField(
        null=True, blank=True, help_text=_("What the buyer wants after the failed attempt.")
    )
    pickup_code = models.CharField(max_length=8, blank=True, default="", db_default="")
    collect_by = models.DateField(null=True, blank=True, db_index=True)
    created_at = models.DateTimeField(default=now)
    shipped_at = models.DateTimeField(null=True, blank=True)
    back_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When its carrier brought it back undelivered.")
    )
    delivered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created_at", "id"]
        indexes = [models.Index(fields=["state"], name="fulfilment_shipment_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "request_key"], name="fulfilment_shipment_request_once"
            )
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_on_the_way(self) -> bool:
        """Parcels that are neither with the buyer nor returned."""
        return self.state in ON_THE_WAY

    @property
    def is_back(self) -> bool:
        """Its carrier brought it back, and staff have not recorded what came."""
        return self.state == ShipmentState.RETURNING and self.back_at is not None

    @property
    def shown_state(self) -> str:
        if self.is_back:
            return gettext("Back here, to be looked at")
        return str(ShipmentState(self.state).label)

    @property
    def buyers_answer(self) -> dict[str, Any] | None:
        """What the buyer wants after the latest failed attempt: `wish`, `on`, `attempt`, `at`, and what is different for the
        next one."""
        answer = self.answer
        return answer if answer and answer.get("attempt") == self.failed_attempts else None


class ShipmentLine(StoreModel):
    shipment = models.ForeignKey(Shipment, on_delete=models.PROTECT, related_name="lines")
    order_line = models.ForeignKey(
        "orders.OrderLine", on_delete=models.PROTECT, related_name="shipment_lines"
    )
    quantity = models.PositiveIntegerField()
    returned_quantity = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["shipment", "order_line"], name="fulfilment_shipment_line_once"
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=F("returned_quantity")),
                name="fulfilment_shipment_returned_bounded",
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0), name="fulfilment_shipment_quantity_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.order_line_id}"

    @property
    def out_quantity(self) -> int:
        """Pieces that did not come back."""
        return self.quantity - self.returned_quantity


class ShipmentEvent(AppendOnly, StoreModel):
    """A permanent event of a shipment: shipped, delivered, and scans of carriers.

    `source_key` makes a scan that comes again the same event; None for all others.
    """

    shipment = models.ForeignKey(Shipment, on_delete=models.PROTECT, related_name="events")
    sequence = models.PositiveIntegerField()
    kind = models.CharField(max_length=40)
    data = models.JSONField(default=dict, blank=True)
    actor_label = models.CharField(max_length=150)
    source_key = models.CharField(max_length=100, null=True, blank=True)
    created_at = models.DateTimeField(default=now)

    objects = AppendOnlyQuerySet["ShipmentEvent"].as_manager()

    class Meta:
        ordering = ["shipment", "sequence"]
        constraints = [
            models.UniqueConstraint(
                fields=["shipment", "sequence"], name="fulfilment_shipment_event_sequence"
            ),
            models.UniqueConstraint(
                fields=["shipment", "source_key"], name="fulfilment_shipment_event_source_once"
            ),
        ]

    def __str__(self) -> str:
        return self.kind


class DeliverySettings(StoreModel):
    """One row (`key` is always `store`): what happens after parcels that never reached their buyers, and when one is late."""

    key = models.CharField(max_length=8, unique=True, default="store", editable=False)
    undelivered_refund = models.CharField(
        _("refund of paid orders"),
        max_length=8,
        choices=UndeliveredRefund.choices,
        default=UndeliveredRefund.GOODS,
        help_text=_(
            "When a parcel is back that was never delivered. Of cash on delivery nothing was paid, and nothing is due any more."
        ),
    )
    buyers_answers = models.CharField(
        _("what buyers answer to a failed attempt"),
        max_length=8,
        choices=AnswersRule.choices,
        default=AnswersRule.STAFF,
        db_default=AnswersRule.STAFF.value,
        help_text=_(
            "Another phone number or address is taken by itself from the link in the mail only. Who does not want the parcel "
            "always waits for staff."
        ),
    )
    still_days = models.PositiveSmallIntegerField(
        _("days without news"),
        default=4,
        db_default=4,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
        help_text=_("A parcel on its way stands still after so many days without news of it."),
    )
    remittance_days = models.PositiveSmallIntegerField(
        _("days until cash is handed over"),
        default=10,
        db_default=10,
        validators=[MinValueValidator(1), MaxValueValidator(90)],
        help_text=_("Cash that a courier has collected is late after so many days."),
    )

    class Meta:
        verbose_name = _("undelivered parcels")
        verbose_name_plural = _("undelivered parcels")

    def __str__(self) -> str:
        return "Undelivered parcels"


class ConfirmationCode(StoreModel):
    """The code that a buyer confirms an order with: its hash, never itself. Each sending makes another one.

    `attempts` counts wrong tries of the present code.
    """

    order = models.OneToOneField(
        "orders.Order", on_delete=models.PROTECT, related_name="confirmation_code"
    )
    code_hash = models.CharField(max_length=64)
    expires_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_count = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField()
    sent_to = models.CharField(
        max_length=254, help_text=_("As the buyer reads it: a part is hidden.")
    )

    def __str__(self) -> str:
        return f"code no. {self.sent_count} to {self.sent_to}"


class ParcelReturn(StoreModel):
    """A return of a parcel, and the credit for it. `request_key` makes a double click one return.

    `credited_minor` was given back (then `refund` says how) or is not to be paid any more; the tax is the tax in it.
    """

    order = models.ForeignKey("orders.Order", on_delete=models.PROTECT, related_name="returns")
    shipment = models.ForeignKey(Shipment, on_delete=models.PROTECT, related_name="returns")
    number = models.CharField(max_length=40, unique=True)
    state = models.CharField(
        max_length=12, choices=ReturnState.choices, default=ReturnState.EXPECTED
    )
    kind = models.CharField(max_length=12, choices=ReturnKind.choices)
    reason = models.CharField(max_length=200, blank=True, default="")
    request_key = models.CharField(max_length=100)
    currency = models.CharField(max_length=3)
    shipping_minor = models.BigIntegerField(default=0)
    credited_minor = models.BigIntegerField(default=0)
    tax_minor = models.BigIntegerField(default=0)
    tax_components = models.JSONField(default=list, blank=True)
    refund = models.ForeignKey(
        "payments.Refund", on_delete=models.PROTECT, null=True, blank=True, related_name="returns"
    )
    actor_label = models.CharField(max_length=150)
    created_at = models.DateTimeField(default=now)
    received_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "request_key"], name="fulfilment_return_request_once"
            ),
            models.CheckConstraint(
                condition=Q(credited_minor__gte=0) & Q(shipping_minor__gte=0),
                name="fulfilment_return_amounts_positive",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def tax_parts(self) -> tuple[TaxComponent, ...]:
        return read_components(self.tax_components)


class ParcelReturnLine(StoreModel):
    """Pieces of one line of the parcel, with what they were sold for, tax included."""

    parcel_return = models.ForeignKey(ParcelReturn, on_delete=models.PROTECT, related_name="lines")
    shipment_line = models.ForeignKey(
        ShipmentLine, on_delete=models.PROTECT, related_name="return_lines"
    )
    quantity = models.PositiveIntegerField()
    restocked = models.PositiveIntegerField(default=0)
    written_off = models.PositiveIntegerField(default=0)
    total_minor = models.BigIntegerField(default=0)
    tax_minor = models.BigIntegerField(default=0)
    tax_components = models.JSONField(default=list, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["parcel_return", "shipment_line"], name="fulfilment_return_line_once"
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0) & Q(quantity__gte=F("restocked") + F("written_off")),
                name="fulfilment_return_quantity_bounded",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.shipment_line_id}"
