"""Rows of the platform home: who sells, who pays, invoices in numbers without gaps, and what was paid of them."""

from decimal import Decimal
from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.billing.states import DisputeState, InvoiceKind, InvoiceStatus, TransactionStatus
from apps.platform.models import Store, Subscription
from apps.tenancy.models import PlatformModel


class Party(models.Model):
    """Name, address and tax number of one side of an invoice."""

    legal_name = models.CharField(_("legal name"), max_length=120)
    line1 = models.CharField(max_length=120, blank=True, default="")
    line2 = models.CharField(max_length=120, blank=True, default="")
    city = models.CharField(_("city"), max_length=80, blank=True, default="")
    postal_code = models.CharField(_("postal code"), max_length=20, blank=True, default="")
    region = models.CharField(max_length=60, blank=True, default="")
    country = models.CharField(_("country"), max_length=2)
    tax_number = models.CharField(_("tax number"), max_length=30, blank=True, default="")
    email = models.EmailField(blank=True, default="")

    class Meta:
        abstract = True


class Seller(PlatformModel, Party):
    """The company that runs the platform, as its invoices name it. One row (`key` is always `platform`)."""

    key = models.CharField(max_length=8, unique=True, default="platform", editable=False)
    bank_details = models.TextField(
        _("bank account"),
        max_length=600,
        blank=True,
        default="",
        help_text=_("Where merchants send the money. Printed on every invoice."),
    )
    prefix = models.CharField(
        _("before an invoice's number"),
        max_length=24,
        default="SUB/{year}/",
        help_text=_("{year} stands for the financial year, such as 25-26 or 2026."),
    )
    digits = models.PositiveSmallIntegerField(
        _("digits of a number"),
        default=4,
        validators=[MinValueValidator(1), MaxValueValidator(8)],
        help_text=_("Zeros are put in front."),
    )
    service_code = models.CharField(
        _("SAC of the service"),
        max_length=8,
        blank=True,
        default="998315",
        help_text=_("For sellers in India."),
    )
    gst_percent = models.DecimalField(
        _("GST in percent"),
        max_digits=5,
        decimal_places=2,
        default=Decimal(18),
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        help_text=_("For sellers in India with a GSTIN. Others' invoices bear no tax."),
    )
    signatory = models.CharField(
        _("signatory"),
        max_length=120,
        blank=True,
        default="",
        help_text=_("The name under an Indian invoice."),
    )
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("seller")
        verbose_name_plural = _("seller")

    def __str__(self) -> str:
        return self.legal_name or "Seller"


class Payer(PlatformModel, Party):
    """Who pays for a store, as its invoices name them. Without a row: the store's name, country and state."""

    store = models.OneToOneField(Store, on_delete=models.CASCADE, related_name="payer")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("billing details")
        verbose_name_plural = _("billing details")

    def __str__(self) -> str:
        return self.legal_name


class InvoiceSeries(PlatformModel):
    """The counter of one series of numbers. Locked from the allocation of a number to the commit of its invoice."""

    prefix = models.CharField(max_length=24, unique=True)
    last_number = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "invoice series"

    def __str__(self) -> str:
        return self.prefix


class Invoice(PlatformModel):
    """What the platform asks of a merchant. It outlives its store, and only its status ever changes.

    `data` is everything that is printed: seller, payer, lines, taxes, texts. `period_started_at` and `period_ends_at` are the
    time that is paid for.
    """

    store = models.ForeignKey(
        Store, on_delete=models.SET_NULL, null=True, related_name="billing_invoices"
    )
    store_name = models.CharField(_("store"), max_length=120)
    subscription = models.ForeignKey(
        Subscription, on_delete=models.SET_NULL, null=True, related_name="invoices"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=InvoiceKind.choices)
    status = models.CharField(
        _("status"), max_length=12, choices=InvoiceStatus.choices, default=InvoiceStatus.OPEN
    )
    series = models.ForeignKey(InvoiceSeries, on_delete=models.PROTECT, related_name="invoices")
    sequence = models.PositiveIntegerField()
    number = models.CharField(_("number"), max_length=40, unique=True)
    issued_on = models.DateField(_("issued on"))
    due_at = models.DateTimeField(_("due"))
    period_started_at = models.DateTimeField()
    period_ends_at = models.DateTimeField()
    currency = models.CharField(_("currency"), max_length=3)
    net_minor = models.PositiveBigIntegerField()
    tax_minor = models.PositiveBigIntegerField()
    total_minor = models.PositiveBigIntegerField()
    data = models.JSONField()
    paid_at = models.DateTimeField(_("paid"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("invoice")
        verbose_name_plural = _("invoices")
        ordering: ClassVar = ["-created_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["series", "sequence"], name="billing_invoice_one_a_number"
            ),
            models.UniqueConstraint(
                fields=["subscription", "period_started_at"],
                condition=Q(kind="period"),
                name="billing_invoice_one_a_period",
            ),
            models.CheckConstraint(
                condition=Q(total_minor=models.F("net_minor") + models.F("tax_minor")),
                name="billing_invoice_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(status__in=InvoiceStatus.values), name="billing_invoice_status"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["store", "due_at"], condition=Q(status="open"), name="billing_invoice_open"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def file_name(self) -> str:
        return f"{self.number.replace('/', '-')}.pdf"


class BillingTransaction(PlatformModel):
    """One try to get an invoice paid: asked for, then completed or failed. `provider_ref` is the provider's id, or the
    reference of a bank transfer."""

    invoice = models.ForeignKey(
        Invoice, on_delete=models.PROTECT, related_name="transactions", verbose_name=_("invoice")
    )
    store = models.ForeignKey(
        Store, on_delete=models.SET_NULL, null=True, related_name="billing_transactions"
    )
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=TransactionStatus.choices,
        default=TransactionStatus.PENDING,
    )
    amount_minor = models.PositiveBigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    provider = models.CharField(_("billed through"), max_length=20)
    method = models.CharField(_("payment method"), max_length=40, blank=True, default="")
    provider_ref = models.CharField(_("reference"), max_length=120, blank=True, default="")
    description = models.CharField(_("description"), max_length=200)
    failure_message = models.CharField(_("reason"), max_length=300, blank=True, default="")
    # Where the provider asks for it. Such addresses expire: the provider says the present one.
    pay_url = models.CharField(max_length=1000, blank=True, default="", db_default="")
    # The provider's id of the payment itself, which refunds and disputes are about.
    payment_ref = models.CharField(max_length=120, blank=True, default="", db_default="")
    # The provider asks for it no more, and no money comes.
    is_closed = models.BooleanField(default=False, db_default=False)
    # The money came although the invoice was paid in another way: it is to be given back.
    is_surplus = models.BooleanField(_("paid twice"), default=False, db_default=False)
    refunded_minor = models.PositiveBigIntegerField(_("refunded"), default=0, db_default=0)
    dispute = models.CharField(
        _("dispute"),
        max_length=10,
        choices=DisputeState.choices,
        blank=True,
        default="",
        db_default="",
    )
    dispute_reason = models.CharField(max_length=120, blank=True, default="", db_default="")
    # Grows with each change: what a provider said of an earlier state is asked for again.
    revision = models.PositiveIntegerField(default=0, db_default=0)
    processed_at = models.DateTimeField(_("processed"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("billing transaction")
        verbose_name_plural = _("billing transactions")
        ordering: ClassVar = ["-created_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["invoice"],
                condition=Q(status__in=["pending", "completed"], is_surplus=False),
                name="billing_transaction_one_live",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["provider_ref"], name="billing_transaction_ref"),
            models.Index(fields=["payment_ref"], name="billing_transaction_payment"),
        ]

    def __str__(self) -> str:
        return self.description


class BillingAccount(PlatformModel):
    """A store as a customer of a provider, with the payment method that the provider keeps of it.

    `method_ref` is empty without one. The rest describes it to people.
    """

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="billing_accounts")
    provider = models.CharField(_("billed through"), max_length=20)
    customer_ref = models.CharField(_("customer"), max_length=120, blank=True, default="")
    # How many customers the provider has lost: with it each one has an idempotency key of its own.
    lost = models.PositiveSmallIntegerField(default=0)
    method_ref = models.CharField(max_length=120, blank=True, default="")
    method_kind = models.CharField(_("payment method"), max_length=40, blank=True, default="")
    last4 = models.CharField(max_length=4, blank=True, default="")
    expires_month = models.PositiveSmallIntegerField(null=True, blank=True)
    expires_year = models.PositiveSmallIntegerField(null=True, blank=True)
    # When the page was opened whose method was taken last: an older one changes nothing.
    chosen_at = models.DateTimeField(null=True, blank=True)
    # Grows with each change, as that of a transaction.
    revision = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("billing account")
        verbose_name_plural = _("billing accounts")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["store", "provider"], name="billing_account_one_a_provider"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["customer_ref"], name="billing_account_customer"),
        ]

    def __str__(self) -> str:
        return f"{self.store} · {self.provider}"
