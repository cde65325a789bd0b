"""Rows live in the store's own SQL database. What a method costs is in `pricing`; here is where it goes, and when."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.common.addresses.postal_patterns import PostalRule
from apps.tenancy.models import StoreModel


class Zone(StoreModel):
    """A named area: whole countries, regions as `IN-KA`, and postal codes of the store's own country (`postal_patterns`)."""

    shown_on_pages = True

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    countries = models.JSONField(default=list, blank=True)
    regions = models.JSONField(default=list, blank=True)
    postal_rule = models.CharField(
        _("postal codes"), max_length=10, choices=PostalRule.choices, default=PostalRule.ANYWHERE
    )
    postal_codes = models.JSONField(default=list, blank=True)
    position = models.IntegerField(default=0)

    class Meta:
        verbose_name = _("shipping zone")
        verbose_name_plural = _("shipping zones")
        ordering = ("position", "code")

    def __str__(self) -> str:
        return self.name


class Profile(StoreModel):
    """A kind of goods by how it is sent, such as heavy or fragile. Products name it by `code`."""

    shown_on_pages = True

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    position = models.IntegerField(default=0)

    class Meta:
        verbose_name = _("shipping profile")
        verbose_name_plural = _("shipping profiles")
        ordering = ("position", "code")

    def __str__(self) -> str:
        return self.name


class PickupPlace(StoreModel):
    """Where buyers collect their orders. Without an address of its own it has that of its warehouse.

    `successor`: the code of the place where the orders are collected that wait here.
    """

    shown_on_pages = True

    code = models.SlugField(max_length=30, unique=True)
    name = models.CharField(max_length=80)
    warehouse = models.ForeignKey(
        "inventory.Warehouse", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    line1 = models.CharField(_("address"), max_length=200, blank=True, default="")
    line2 = models.CharField(_("address, second line"), max_length=200, blank=True, default="")
    city = models.CharField(max_length=100, blank=True, default="")
    region = models.CharField(max_length=100, blank=True, default="")
    postal_code = models.CharField(max_length=20, blank=True, default="")
    country = models.CharField(max_length=2, blank=True, default="")
    phone = models.CharField(max_length=32, blank=True, default="")
    hours = models.CharField(
        _("opening hours"),
        max_length=200,
        blank=True,
        default="",
        help_text=_("As buyers read them: Mon to Sat, 10:00 to 19:00."),
    )
    days_kept = models.PositiveSmallIntegerField(
        _("days an order is kept"),
        default=7,
        validators=[MinValueValidator(1), MaxValueValidator(90)],
        help_text=_("An order that is not collected by then goes back to stock."),
    )
    is_active = models.BooleanField(default=True)
    successor = models.CharField(
        _("orders that wait here go to"),
        max_length=30,
        blank=True,
        default="",
        db_default="",
        help_text=_(
            "Another open place in the same state. Their buyers get a mail with its address."
        ),
    )
    position = models.IntegerField(default=0)

    class Meta:
        verbose_name = _("pickup place")
        verbose_name_plural = _("pickup places")
        ordering = ("position", "code")

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Buyers are sent there, and the tax is that of the place."""
        source = self if self.line1 else self.warehouse
        if source is None or not source.line1:
            sentence = gettext("Type an address, or choose a warehouse that has one.")
            raise ValidationError({"line1": sentence})


class DispatchTimes(StoreModel):
    """When parcels leave a warehouse; the row without a warehouse is for all that have none of their own.

    Days are numbers, Monday is 0. `holidays` are `[day, name]`: nothing leaves then, and nothing is delivered.
    """

    shown_on_pages = True

    warehouse = models.OneToOneField(
        "inventory.Warehouse",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Empty: every warehouse without times of its own."),
    )
    cut_off = models.TimeField(
        _("cut-off"),
        null=True,
        blank=True,
        help_text=_("An order before this time is handled the same day. Empty: midnight."),
    )
    handling_days = models.PositiveSmallIntegerField(
        _("handling (working days)"),
        default=0,
        validators=[MaxValueValidator(60)],
        help_text=_("Between the order and the parcel that leaves. 0: the same day."),
    )
    working_days = models.JSONField(default=list)
    delivery_days = models.JSONField(default=list)
    holidays = models.JSONField(default=list, blank=True)
    time_zone = models.CharField(
        max_length=64, blank=True, default="", help_text=_("Empty: that of the store.")
    )

    class Meta:
        verbose_name = _("dispatch times")
        verbose_name_plural = _("dispatch times")

    def __str__(self) -> str:
        return str(self.warehouse) if self.warehouse_id else gettext("All warehouses")
