"""Store home: shipping methods, tax rates and the store's tax settings, in the store's SQL database."""

from decimal import Decimal

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.common.addresses.postal_patterns import PostalPatterns, PostalRule
from apps.common.clock import now
from apps.pricing.rounding import RoundingMode, RoundingUnit
from apps.tenancy.context import current_store
from apps.tenancy.models import StoreModel


class ShippingKind(models.TextChoices):
    FLAT = "flat", _("Flat price")
    WEIGHT = "weight", _("By weight")
    VALUE = "value", _("By order value")


class ShippingMethod(StoreModel):
    """A way of shipping a buyer can choose. Prices are in minor units of `currency`.

    `brackets` of the kinds with several prices: `[from, price]`, ascending from 0; each is valid until the next. They are in
    grams, or in minor units of the order's value. `postal_codes` are patterns of `common.addresses.postal_patterns`.
    """

    shown_on_pages = True

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=12, choices=ShippingKind.choices, default=ShippingKind.FLAT)
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField(validators=[MinValueValidator(0)])
    free_above_minor = models.BigIntegerField(
        null=True, blank=True, validators=[MinValueValidator(0)]
    )
    countries = models.JSONField(
        default=list, blank=True, help_text=_("Country codes, such as IN. Empty: everywhere.")
    )
    brackets = models.JSONField(null=True, blank=True)
    heaviest_grams = models.PositiveIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1)]
    )
    postal_rule = models.CharField(
        _("postal codes"),
        max_length=10,
        choices=PostalRule.choices,
        default=PostalRule.ANYWHERE,
        db_default=PostalRule.ANYWHERE,
    )
    postal_codes = models.JSONField(null=True, blank=True)
    estimate_days_min = models.PositiveSmallIntegerField(default=2)
    estimate_days_max = models.PositiveSmallIntegerField(default=5)
    is_active = models.BooleanField(default=True)
    position = models.IntegerField(default=0)

    class Meta:
        ordering = ("position", "code")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount_minor__gte=0), name="shipping_amount_not_negative"
            ),
            models.CheckConstraint(
                condition=models.Q(free_above_minor__isnull=True)
                | models.Q(free_above_minor__gte=0),
                name="shipping_free_above_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def goes_everywhere(self) -> bool:
        return not self.countries

    def ships_to(self, country: str) -> bool:
        return self.goes_everywhere or country.upper() in self.countries

    def takes(self, country: str, postal_code: str, grams: int) -> bool:
        """Whether a parcel of that weight can be sent there so. A postal code that is not typed yet is no reason against
        it."""
        if not self.ships_to(country) or grams > (self.heaviest_grams or grams):
            return False
        patterns = PostalPatterns.of(self.postal_codes or ())
        is_at_home = country.upper() == current_store().country
        return not postal_code or patterns.lets_through(
            self.postal_rule, postal_code, is_at_home=is_at_home
        )

    def price_for(self, worth_minor: int, grams: int) -> int:
        """Before what makes it free."""
        if self.kind == ShippingKind.FLAT or not self.brackets:
            return self.amount_minor
        measure = grams if self.kind == ShippingKind.WEIGHT else worth_minor
        return int([price for least, price in self.brackets if least <= max(measure, 0)][-1])


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
