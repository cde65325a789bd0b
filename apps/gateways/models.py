"""Rows live in both SQL homes, of the platform and of each store: people whose cards a gateway keeps, and the test
gateway's own ledger."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.common.clock import now
from apps.tenancy.models import SharedModel


class GatewayCustomer(SharedModel):
    """A person at a gateway that keeps their cards: the caller's reference of them, and the gateway's."""

    gateway = models.CharField(max_length=32)
    customer_ref = models.CharField(max_length=64)
    gateway_ref = models.CharField(max_length=120)
    created_at = models.DateTimeField(default=now)

    class Meta:
        permissions = [("change_gatewaykeys", "Can change the keys of payment providers")]
        constraints = [
            models.UniqueConstraint(
                fields=["gateway", "customer_ref"], name="gateways_customer_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.gateway} {self.gateway_ref}"


class TestGatewayCharge(SharedModel):
    """The test bank's own ledger. It represents an external system: only `gateways.test_bank` and its payment page use
    it.

    `charge_ref` is unique: opening the same charge again finds the same charge, as a real gateway's
    idempotency key does.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        LATER = "later", _("Paid later")
        AUTHORIZED = "authorized", _("Held")
        PAID = "paid", _("Paid")
        DECLINED = "declined", _("Declined")
        CANCELLED = "cancelled", _("Cancelled")

    charge_ref = models.CharField(max_length=64, unique=True)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    description = models.CharField(max_length=120)
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN)
    is_captured_later = models.BooleanField(default=False)
    held_until = models.DateTimeField(null=True, blank=True)
    captured_minor = models.BigIntegerField(default=0)
    capture_refs = models.JSONField(default=list, blank=True)
    refunded_minor = models.BigIntegerField(default=0)
    refund_refs = models.JSONField(default=list, blank=True)
    events_sent = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=now)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(refunded_minor__gte=0)
                & Q(refunded_minor__lte=F("captured_minor"))
                & Q(captured_minor__lte=F("amount_minor")),
                name="gateways_test_charge_refunded_within",
            )
        ]

    def __str__(self) -> str:
        return f"test charge {self.charge_ref} ({self.state})"
