"""Store home: tax rates and the store's tax settings, in the store's SQL database; shipping methods are beside it."""

from decimal import Decimal

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.common.clock import now
from apps.pricing.methods import ShippingKind, ShippingMethod
from apps.pricing.rounding import RoundingMode, RoundingUnit
from apps.tenancy.models import StoreModel

__all__ = [
    "ExemptionCertificate",
    "SellerKind",
    "ShippingKind",
    "ShippingMethod",
    "ShippingTax",
    "TaxRate",
    "TaxSettings",
    "TaxSplit",
    "VatCheck",
]


class TaxSplit(models.TextChoices):
    NONE = "", _("One tax")
    INDIAN_GST = "gst", _("CGST and SGST inside the state, IGST across states")


class TaxRate(StoreModel):
    """The rate of one tax class in a country or one of its regions."""

    country = models.CharField(max_length=2)
    region = models.CharField(
        max_length=60, blank=True, default="", help_text=_("Empty: the whole country.")
    )
    tax_class = models.CharField(max_length=30, default="standard")
    percent = models.DecimalField(
        max_digits=7,
        decimal_places=4,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))],
    )
    name = models.CharField(max_length=40)
    split = models.CharField(
        max_length=8, choices=TaxSplit.choices, blank=True, default=TaxSplit.NONE
    )

    class Meta:
        ordering = ("country", "region", "tax_class")
        constraints = [
            models.UniqueConstraint(
                fields=["country", "region", "tax_class"], name="tax_rate_place_class"
            ),
            models.CheckConstraint(
                condition=models.Q(percent__gte=0) & models.Q(percent__lte=100),
                name="tax_rate_percent",
            ),
        ]

    def __str__(self) -> str:
        place = f"{self.country} {self.region}".strip()
        return f"{self.name} {place} ({self.tax_class})"


class ShippingTax(models.TextChoices):
    HIGHEST = "highest", _("As the goods: the highest rate among them")
    PRO_RATA = "pro_rata", _("As the goods: in proportion to what they cost")
    CLASS = "class", _("Always at the rate of one tax class")
    NONE = "none", _("Not taxed")


class SellerKind(models.TextChoices):
    """How an Indian seller is registered; elsewhere `REGULAR`."""

    REGULAR = "regular", _("Regular: tax is charged and shown")
    COMPOSITION = "composition", _("Composition: no tax is charged, bills of supply")
    UNREGISTERED = "none", _("Unregistered: no GSTIN, no tax")


class VatCheck(models.TextChoices):
    FORM = "form", _("By form and check digits")
    ASKED = "asked", _("Ask VIES; without an answer, by form and check digits")
    STRICT = "strict", _("Ask VIES; without an answer, charge VAT")


class TaxSettings(StoreModel):
    """One row (`key` is always `store`): whether prices include tax, how shipping is taxed, from where the store sells.

    `origin_region` is the state (code or name) that decides between CGST with SGST and IGST.
    """

    shown_on_pages = True

    key = models.CharField(max_length=8, unique=True, default="store", editable=False)
    prices_include_tax = models.BooleanField(default=False)
    shipping_tax = models.CharField(
        max_length=10,
        choices=ShippingTax.choices,
        default=ShippingTax.HIGHEST,
        db_default=ShippingTax.HIGHEST,
    )
    shipping_tax_class = models.CharField(
        max_length=30, blank=True, default="standard", db_default="standard"
    )
    origin_country = models.CharField(max_length=2, blank=True, default="")
    origin_region = models.CharField(max_length=60, blank=True, default="")
    tax_number = models.CharField(max_length=20, blank=True, default="", db_default="")
    rounding_unit = models.CharField(
        _("taxes are rounded"),
        max_length=8,
        choices=RoundingUnit.choices,
        default=RoundingUnit.RATE,
        db_default=RoundingUnit.RATE,
        help_text=_("For new orders. An order that was placed keeps its amounts."),
    )
    rounding_mode = models.CharField(
        _("halves"),
        max_length=10,
        choices=RoundingMode.choices,
        default=RoundingMode.HALF_UP,
        db_default=RoundingMode.HALF_UP,
    )
    seller_kind = models.CharField(
        _("registration"),
        max_length=12,
        choices=SellerKind.choices,
        default=SellerKind.REGULAR,
        db_default=SellerKind.REGULAR,
        help_text=_("For sellers in India."),
    )
    zero_rates_exports = models.BooleanField(
        _("exports bear no tax"),
        default=False,
        db_default=False,
        help_text=_(
            "Deliveries to other countries; for sellers in the EU, outside the EU. Prices that include tax lose it."
        ),
    )
    vat_check = models.CharField(
        _("VAT IDs of buyers"),
        max_length=8,
        choices=VatCheck.choices,
        default=VatCheck.ASKED,
        db_default=VatCheck.ASKED,
        help_text=_(
            "Before an order without VAT (reverse charge). VIES is the register of the EU."
        ),
    )

    zone_buyers = models.JSONField(
        _("buyers in special economic zones"),
        default=list,
        null=True,
        blank=True,
        help_text=_("GSTINs of units and developers (India), one in each line."),
    )
    zones_bear_tax = models.BooleanField(
        _("sales to them bear integrated tax"),
        default=False,
        db_default=False,
        help_text=_("Otherwise none: under bond or letter of undertaking."),
    )
    deemed_buyers = models.JSONField(
        _("buyers of deemed exports"),
        default=list,
        null=True,
        blank=True,
        help_text=_(
            "GSTINs (India), one in each line. Tax is due as usual; documents and returns name the deemed export."
        ),
    )

    class Meta:
        verbose_name = _("tax settings")
        verbose_name_plural = _("tax settings")

    def __str__(self) -> str:
        return "Tax settings"


class ExemptionCertificate(StoreModel):
    """By it a customer pays no tax on deliveries to a place. Orders keep its number; the file is in the private files."""

    shown_on_pages = True  # totals at checkout; `certificates` keeps them until one changes

    customer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="certificates"
    )
    number = models.CharField(max_length=60)
    country = models.CharField(
        max_length=2, blank=True, default="", help_text=_("Empty: everywhere.")
    )
    region = models.CharField(
        max_length=60, blank=True, default="", help_text=_("Empty: the whole country.")
    )
    valid_until = models.DateField(
        null=True, blank=True, help_text=_("Its last day. Empty: without end.")
    )
    path = models.CharField(max_length=120, blank=True, default="", editable=False)
    file_name = models.CharField(max_length=120, blank=True, default="", editable=False)
    created_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        ordering = ("-created_at", "-id")

    def __str__(self) -> str:
        return self.number
