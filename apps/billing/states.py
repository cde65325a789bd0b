"""The state machines of billing as tables."""

from collections.abc import Mapping, Set

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.platform.states import SubscriptionStatus

# An expired subscription lives again when it is paid. A cancelled one does not: the store gets a new one.
SUBSCRIPTION_TRANSITIONS: Mapping[str, Set[str]] = {
    SubscriptionStatus.TRIAL: {SubscriptionStatus.ACTIVE, SubscriptionStatus.CANCELLED},
    SubscriptionStatus.ACTIVE: {SubscriptionStatus.PAST_DUE, SubscriptionStatus.CANCELLED},
    SubscriptionStatus.PAST_DUE: {
        SubscriptionStatus.ACTIVE,
        SubscriptionStatus.EXPIRED,
        SubscriptionStatus.CANCELLED,
    },
    SubscriptionStatus.EXPIRED: {SubscriptionStatus.ACTIVE},
    SubscriptionStatus.CANCELLED: set(),
}


class InvoiceStatus(models.TextChoices):
    """An invoice that is written off asks for nothing any more; it stays as it was issued."""

    OPEN = "open", _("open")
    PAID = "paid", _("paid")
    WRITTEN_OFF = "written_off", _("written off")


INVOICE_TRANSITIONS: Mapping[str, Set[str]] = {
    InvoiceStatus.OPEN: {InvoiceStatus.PAID, InvoiceStatus.WRITTEN_OFF},
    InvoiceStatus.WRITTEN_OFF: {InvoiceStatus.PAID},  # the money came after all
    InvoiceStatus.PAID: set(),
}


class TransactionStatus(models.TextChoices):
    PENDING = "pending", _("pending")
    COMPLETED = "completed", _("completed")
    FAILED = "failed", _("failed")
    REFUNDED = "refunded", _("refunded")


TRANSACTION_TRANSITIONS: Mapping[str, Set[str]] = {
    TransactionStatus.PENDING: {TransactionStatus.COMPLETED, TransactionStatus.FAILED},
    TransactionStatus.FAILED: {TransactionStatus.COMPLETED},  # events come in any order
    TransactionStatus.COMPLETED: {TransactionStatus.REFUNDED},
    TransactionStatus.REFUNDED: {TransactionStatus.COMPLETED},  # the bank could not pay it out
}


class DisputeState(models.TextChoices):
    """The payer's bank asks for the money back."""

    OPEN = "open", _("disputed")
    WON = "won", _("dispute won")
    LOST = "lost", _("dispute lost")


class InvoiceKind(models.TextChoices):
    PERIOD = "period", _("period")
    CHANGE = "change", _("change of plan")
