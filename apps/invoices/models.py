"""Store home: invoices and credit notes as they were issued, their numbers, their printed files, the store's settings."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.common.clock import now
from apps.events.append_only import AppendOnly, AppendOnlyQuerySet
from apps.invoices.kinds import TITLES, DocumentKind, IssueOn, Registers
from apps.invoices.registrations import EInvoice as EInvoice
from apps.invoices.registrations import Registration as Registration
from apps.tenancy.models import StoreModel

_YEAR_HINT = _("{year} stands for the financial year, such as 25-26 or 2026.")


class InvoiceSettings(StoreModel):
    """One row (`key` is always `store`). Tax number, state and registration of the seller are in the tax settings."""

    key = models.CharField(max_length=8, unique=True, default="store", editable=False)
    issued_on = models.CharField(
        _("made"), max_length=10, choices=IssueOn.choices, default=IssueOn.PAYMENT
    )
    is_mailed = models.BooleanField(
        _("sent by mail"), default=True, help_text=_("To the buyer, as a PDF file.")
    )
    legal_name = models.CharField(
        max_length=120, blank=True, default="", help_text=_("Empty: the name of the store.")
    )
    line1 = models.CharField(max_length=120, blank=True, default="")
    line2 = models.CharField(max_length=120, blank=True, default="")
    city = models.CharField(max_length=80, blank=True, default="")
    postal_code = models.CharField(max_length=20, blank=True, default="")
    invoice_prefix = models.CharField(
        _("before an invoice's number"), max_length=24, default="{year}/", help_text=_YEAR_HINT
    )
    credit_prefix = models.CharField(
        _("before a credit note's number"),
        max_length=24,
        default="CN/{year}/",
        help_text=_YEAR_HINT,
    )
    digits = models.PositiveSmallIntegerField(
        _("digits of a number"),
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(8)],
        help_text=_("Zeros are put in front."),
    )
    year_starts_in = models.PositiveSmallIntegerField(
        _("financial year starts in month"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(12)],
        help_text=_("1 to 12. Empty: April in India, January elsewhere."),
    )
    shipping_code = models.CharField(
        _("HSN or SAC code of shipping"),
        max_length=8,
        blank=True,
        default="",
        help_text=_("For sellers in India. Empty: as the goods it is sold with."),
    )
    signatory = models.CharField(
        max_length=120, blank=True, default="", help_text=_("The name under an Indian invoice.")
    )
    note = models.TextField(
        _("text at the end"),
        max_length=600,
        blank=True,
        default="",
        help_text=_("Such as a bank account, terms, a register number."),
    )

    registers = models.CharField(
        _("sent to the portal of e-invoices"),
        max_length=12,
        choices=Registers.choices,
        default=Registers.NONE,
        help_text=_("For sellers in India. They get their IRN and QR code before they are sent."),
    )
    register_days = models.PositiveSmallIntegerField(
        _("days to register a document"),
        null=True,
        blank=True,
        default=30,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
        help_text=_("The law's limit for sellers from 10 crore up is 30 days. Empty: no limit."),
    )

    class Meta:
        verbose_name = _("invoice settings")
        verbose_name_plural = _("invoice settings")

    def __str__(self) -> str:
        return "Invoice settings"


class Series(StoreModel):
    """The counter of one series of numbers. Locked from the allocation of a number to the commit of its document."""

    prefix = models.CharField(max_length=24, unique=True)
    kind = models.CharField(max_length=12, choices=DocumentKind.choices)
    last_number = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "series"

    def __str__(self) -> str:
        return self.prefix


class Document(AppendOnly, StoreModel):
    """An invoice or a credit note. Never changed: `data` has everything that is printed and reported, as it was.

    `cause` is what it was made for (`order`, `refund:<id>`, `reduction:<event>`): once for each order. `invoice` is the
    invoice that a credit note refers to.
    """

    kind = models.CharField(max_length=12, choices=DocumentKind.choices)
    title = models.CharField(max_length=20, choices=list(TITLES.items()))
    series = models.ForeignKey(
        Series, on_delete=models.PROTECT, related_name="documents", db_index=False
    )
    sequence = models.PositiveIntegerField()
    number = models.CharField(max_length=32, unique=True)
    order = models.ForeignKey(
        "orders.Order", on_delete=models.PROTECT, related_name="documents", db_index=False
    )
    cause = models.CharField(max_length=60)
    invoice = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="credit_notes"
    )
    issued_on = models.DateField()
    language = models.CharField(max_length=16)
    currency = models.CharField(max_length=3)
    total_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField()
    data = models.JSONField()
    created_at = models.DateTimeField(default=now)

    objects = AppendOnlyQuerySet["Document"].as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = _("invoice or credit note")
        verbose_name_plural = _("invoices and credit notes")
        constraints = [
            models.UniqueConstraint(fields=["series", "sequence"], name="invoices_number_once"),
            models.UniqueConstraint(fields=["order", "cause"], name="invoices_cause_once"),
            models.CheckConstraint(
                condition=Q(total_minor__gte=0)
                & Q(tax_minor__gte=0)
                & Q(total_minor__gte=F("tax_minor")),
                name="invoices_amounts",
            ),
            models.CheckConstraint(condition=Q(sequence__gte=1), name="invoices_sequence"),
        ]
        indexes = [models.Index(fields=["issued_on"], name="invoices_issued_on")]

    def __str__(self) -> str:
        return self.number

    @property
    def is_credit_note(self) -> bool:
        return self.kind == DocumentKind.CREDIT_NOTE


class PrintedFile(StoreModel):
    """The PDF file of a document in the store's private files: printed once, the same bytes ever after."""

    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="printed")
    path = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    missing_signs = models.CharField(
        max_length=200,
        blank=True,
        default="",
        help_text=_("Characters that no font has; boxes were printed."),
    )
    created_at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return self.path
