"""Rows live in the store's database: what couriers handed over of the cash that they collected.

They book no money: the buyer has paid when the parcel was delivered (`apps.payments`). They say which of it the courier still
owes the store.
"""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.common.clock import now
from apps.remittances.states import LineFault, RemittanceState
from apps.tenancy.models import StoreModel


class Remittance(StoreModel):
    """One file of a courier. `digest` is the hash of the file, NULL once it is discarded: the same file is there once."""

    courier = models.CharField(_("courier"), max_length=80)
    reference = models.CharField(
        _("reference"),
        max_length=80,
        blank=True,
        default="",
        help_text=_("UTR or other reference of the transfer, where the file has none."),
    )
    paid_on = models.DateField(
        _("day"), help_text=_("When the money came, where the file has no dates.")
    )
    name = models.CharField(_("file"), max_length=200)
    digest = models.CharField(max_length=64, unique=True, null=True)
    currency = models.CharField(max_length=3)
    state = models.CharField(
        _("state"), max_length=10, choices=RemittanceState.choices, default=RemittanceState.CHECKED
    )
    line_count = models.PositiveIntegerField(_("lines"), default=0)
    fault_count = models.PositiveIntegerField(_("not counted"), default=0)
    total_minor = models.BigIntegerField(_("amount"), default=0)
    actor_label = models.CharField(max_length=200)
    created_at = models.DateTimeField(default=now)
    booked_at = models.DateTimeField(_("booked"), null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-created_at", "-id"]
        verbose_name = _("remittance")
        verbose_name_plural = _("remittances")

    def __str__(self) -> str:
        return f"{self.courier} {self.reference or self.paid_on.isoformat()}"


class RemittanceLine(StoreModel):
    """A row of the file. `waybill` is in capitals. `key` names what the line is about; `booked_key` is the same while it counts,
    else NULL, and unique: a line that comes again, in whatever file, counts once.

    `shipment` is a parcel with this number when the file was read, `collected_minor` the cash of all parcels with it then.
    """

    remittance = models.ForeignKey(Remittance, on_delete=models.CASCADE, related_name="lines")
    row = models.PositiveIntegerField()
    waybill = models.CharField(_("AWB"), max_length=80)
    amount_minor = models.BigIntegerField(_("amount"), default=0)
    paid_on = models.DateField(_("day"), null=True, blank=True)
    reference = models.CharField(_("reference"), max_length=80, blank=True, default="")
    shipment = models.ForeignKey(
        "fulfilment.Shipment",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="remittance_lines",
    )
    collected_minor = models.BigIntegerField(_("collected"), default=0)
    key = models.CharField(max_length=64)
    booked_key = models.CharField(max_length=64, unique=True, null=True)
    fault = models.CharField(max_length=12, choices=LineFault.choices, blank=True, default="")
    message = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        ordering: ClassVar = ["remittance", "row"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["remittance", "row"], name="remittances_line_row")
        ]
        indexes: ClassVar = [models.Index(fields=["waybill"], name="remittances_line_waybill")]

    def __str__(self) -> str:
        return f"{self.waybill} {self.amount_minor}"

    @property
    def difference_minor(self) -> int:
        """What this line is above (or, negative, below) the collected cash."""
        return self.amount_minor - self.collected_minor
