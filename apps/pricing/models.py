"""Store home: shipping methods, tax rates and the store's tax settings, in the store's SQL database."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from apps.platform.tenancy.models import StoreModel


class ShippingKind(models.TextChoices):
    FLAT = "flat", "Flat price"


class ShippingMethod(StoreModel):
    """A way of shipping a buyer can choose. Prices are in minor units of `currency`."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=12, choices=ShippingKind.choices, default=ShippingKind.FLAT)
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField(validators=[MinValueValidator(0)])
    free_above_minor = models.BigIntegerField(
        null=True, blank=True, validators=[MinValueValidator(0)]
    )
    countries = models.JSONField(
        default=list, blank=True, help_text="Country codes, such as IN. Empty: everywhere."
    )
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

    def ships_to(self, country: str) -> bool:
        return not self.countries or country.upper() in self.countries


class TaxSplit(models.TextChoices):
    NONE = "", "One tax"
    INDIAN_GST = "gst", "CGST and SGST inside the state, IGST across states"


class TaxRate(StoreModel):
    """The rate of one tax class in a country or one of its regions. `rate_bp` is in basis points: 1800 is 18 %."""

    country = models.CharField(max_length=2)
    region = models.CharField(
        max_length=60, blank=True, default="", help_text="Empty: the whole country."
    )
    tax_class = models.CharField(max_length=30, default="standard")
    rate_bp = models.PositiveIntegerField(validators=[MaxValueValidator(10_000)])
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
                condition=models.Q(rate_bp__lte=10_000), name="tax_rate_at_most_whole"
            ),
        ]

    def __str__(self) -> str:
        place = f"{self.country} {self.region}".strip()
        return f"{self.name} {place} ({self.tax_class})"


class TaxSettings(StoreModel):
    """One row (`key` is always `store`): whether prices include tax and from where the store sells."""

    key = models.CharField(max_length=8, unique=True, default="store", editable=False)
    prices_include_tax = models.BooleanField(default=False)
    tax_shipping = models.BooleanField(default=True)
    origin_country = models.CharField(max_length=2, blank=True, default="")
    origin_region = models.CharField(max_length=60, blank=True, default="")

    class Meta:
        verbose_name = "tax settings"
        verbose_name_plural = "tax settings"

    def __str__(self) -> str:
        return "Tax settings"
