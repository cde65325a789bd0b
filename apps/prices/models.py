"""Store home: customer groups, price lists, sales and the history of prices, in the store's SQL database.

The product's own prices are in its document. What changes them for a group, a quantity or a time is here, because it is about
many products at once: a list or a sale begins by its dates, and no document is written for it.
"""

from decimal import Decimal

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.common.clock import now
from apps.events.append_only import AppendOnly, AppendOnlyQuerySet
from apps.tenancy.models import StoreModel


def _percent() -> models.DecimalField:
    limits = [MinValueValidator(Decimal("0.0001")), MaxValueValidator(Decimal(100))]
    return models.DecimalField(
        max_digits=7, decimal_places=4, null=True, blank=True, validators=limits
    )


class CustomerGroup(StoreModel):
    """Customers who buy at prices of their own, or with discounts of their own."""

    shown_on_pages = True

    name = models.CharField(max_length=80, unique=True)
    created_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class GroupMember(StoreModel):
    """A customer in a group. One customer may be in several."""

    shown_on_pages = True  # memberships are kept in memory under its version

    group = models.ForeignKey(CustomerGroup, on_delete=models.CASCADE, related_name="members")
    customer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="price_groups"
    )
    created_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        ordering = ("created_at", "id")
        constraints = [
            models.UniqueConstraint(fields=["group", "customer"], name="group_member_once")
        ]

    def __str__(self) -> str:
        return str(self.customer_id)


class PriceList(StoreModel):
    """Prices in one currency for one group, or for everyone. Of the lists that have a price, the one with the highest
    priority counts."""

    shown_on_pages = True

    name = models.CharField(max_length=80)
    currency = models.CharField(max_length=3)
    group = models.ForeignKey(
        CustomerGroup,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="price_lists",
        help_text=_("Empty: for everyone."),
    )
    priority = models.IntegerField(default=10)
    is_active = models.BooleanField(default=True)
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    joins_sales = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        ordering = ("-priority", "created_at", "id")

    def __str__(self) -> str:
        return self.name


class ListPrice(StoreModel):
    """The price of one variant from a quantity on: an amount, or a percentage off its own price. Without a variant it is a
    percentage off everything."""

    shown_on_pages = True

    price_list = models.ForeignKey(PriceList, on_delete=models.CASCADE, related_name="prices")
    variant_ref = models.CharField(max_length=36, blank=True, default="", db_index=True)
    sku = models.CharField(max_length=64, blank=True, default="")
    min_quantity = models.PositiveIntegerField(default=1, validators=[MinValueValidator(1)])
    amount_minor = models.BigIntegerField(null=True, blank=True, validators=[MinValueValidator(0)])
    percent = _percent()

    class Meta:
        ordering = ("sku", "min_quantity")
        constraints = [
            models.UniqueConstraint(
                fields=["price_list", "variant_ref", "min_quantity"], name="list_price_step"
            ),
            models.CheckConstraint(
                condition=Q(amount_minor__gte=0, percent__isnull=True)
                | Q(amount_minor__isnull=True, percent__gt=0, percent__lte=100),
                name="list_price_one_of_two",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sku or '*'} {self.min_quantity}"


class Sale(StoreModel):
    """Lower prices for everyone for a time: a percentage off products and categories (both empty: everything), or fixed
    prices (`SalePrice`). Of several sales the lowest price counts."""

    shown_on_pages = True

    name = models.CharField(max_length=80)
    currency = models.CharField(max_length=3)
    percent = _percent()
    is_active = models.BooleanField(default=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    product_refs = models.JSONField(default=list, blank=True)
    category_refs = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        ordering = ("-starts_at", "-id")
        constraints = [
            models.CheckConstraint(
                condition=Q(percent__isnull=True) | Q(percent__gt=0, percent__lte=100),
                name="sale_percent",
            )
        ]

    def __str__(self) -> str:
        return self.name


class SalePrice(StoreModel):
    """The price of one variant in a sale, in the sale's currency."""

    shown_on_pages = True

    sale = models.ForeignKey(Sale, on_delete=models.CASCADE, related_name="prices")
    variant_ref = models.CharField(max_length=36, db_index=True)
    sku = models.CharField(max_length=64)
    amount_minor = models.BigIntegerField(validators=[MinValueValidator(0)])

    class Meta:
        ordering = ("sku",)
        constraints = [
            models.UniqueConstraint(fields=["sale", "variant_ref"], name="sale_price_once"),
            models.CheckConstraint(
                condition=Q(amount_minor__gte=0), name="sale_price_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return self.sku


class Repricing(StoreModel):
    """From `due_at` on, everyone's prices of these goods are others: their entries in the search index are written again, and
    the change is recorded. All three lists empty: of all goods."""

    due_at = models.DateTimeField(db_index=True)
    product_refs = models.JSONField(default=list)
    category_refs = models.JSONField(default=list)
    variant_refs = models.JSONField(default=list)
    cause = models.CharField(max_length=120, blank=True, default="")

    class Meta:
        ordering = ("due_at", "id")

    def __str__(self) -> str:
        return f"{self.due_at} {self.cause}"


class PriceChange(AppendOnly, StoreModel):
    """What everyone pays for one piece of a variant from `at` on; without an amount it is not sold in that currency."""

    variant_ref = models.CharField(max_length=36)
    product_ref = models.CharField(max_length=24)
    sku = models.CharField(max_length=64)
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField(null=True)
    own_minor = models.BigIntegerField(null=True)
    at = models.DateTimeField(default=now)
    cause = models.CharField(max_length=120, blank=True, default="")

    objects = AppendOnlyQuerySet["PriceChange"].as_manager()

    class Meta:
        ordering = ("-at", "-id")
        indexes = [models.Index(fields=["variant_ref", "currency", "at"], name="price_history")]

    def __str__(self) -> str:
        return f"{self.sku} {self.at}"


class PriorPrice(models.TextChoices):
    AUTOMATIC = "auto", _("In stores of the EU, Iceland, Liechtenstein and Norway")
    ALWAYS = "always", _("Always")
    NEVER = "never", _("Never")


class PriceSettings(StoreModel):
    """One row: whether a reduced price names the lowest price of the 30 days before it."""

    shown_on_pages = True

    key = models.CharField(max_length=8, unique=True, default="store", editable=False)
    prior_price = models.CharField(
        _("lowest price of 30 days"),
        max_length=8,
        choices=PriorPrice.choices,
        default=PriorPrice.AUTOMATIC,
        help_text=_(
            "Directive 98/6/EC, article 6a: who announces a reduced price names the lowest price of the 30 days before."
        ),
    )

    class Meta:
        verbose_name = _("price settings")
        verbose_name_plural = _("price settings")

    def __str__(self) -> str:
        return "Price settings"
