"""Rows live in the store's database: how far a document is with India's portal of e-invoices, and what the portal said."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.common.clock import now
from apps.events.append_only import AppendOnly, AppendOnlyQuerySet
from apps.invoices.states import CancelReason, EInvoiceState
from apps.tenancy.models import StoreModel


class EInvoice(StoreModel):
    """That a document is registered at the portal, and how far that is. Written with the document.

    `due_at` is when the portal is asked next; while one process asks, it is the end of its lease, and `is_asked` says so.
    `fault` is what was wrong last, in words, with the portal's code.
    """

    document = models.OneToOneField(
        "invoices.Document", on_delete=models.PROTECT, related_name="einvoice"
    )
    state = models.CharField(
        max_length=12, choices=EInvoiceState.choices, default=EInvoiceState.WAITING
    )
    attempts = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField(null=True, blank=True, default=now)
    is_asked = models.BooleanField(default=False)
    fault_code = models.CharField(max_length=40, blank=True, default="")
    fault = models.TextField(max_length=1000, blank=True, default="")
    cancel_reason = models.CharField(
        max_length=1, choices=CancelReason.choices, blank=True, default=""
    )
    cancel_remark = models.CharField(max_length=100, blank=True, default="")
    cancelled_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=now)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("e-invoice")
        verbose_name_plural = _("e-invoices")
        indexes = [models.Index(fields=["due_at"], name="invoices_einvoice_due")]

    def __str__(self) -> str:
        return f"{self.document_id} {self.state}"


class Registration(AppendOnly, StoreModel):
    """The portal's answer, as it came. Never changed.

    `is_verified`: its signature was checked with the portal's key. `was_known`: the portal had it before this was asked.
    """

    document = models.OneToOneField(
        "invoices.Document", on_delete=models.PROTECT, related_name="registration"
    )
    irn = models.CharField(max_length=64, unique=True)
    ack_number = models.CharField(max_length=30)
    ack_at = models.DateTimeField()
    signed_invoice = models.TextField()
    signed_qr = models.TextField()
    is_verified = models.BooleanField(default=False)
    was_known = models.BooleanField(default=False)
    received_at = models.DateTimeField(default=now)

    objects = AppendOnlyQuerySet["Registration"].as_manager()

    class Meta:
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")

    def __str__(self) -> str:
        return self.irn
