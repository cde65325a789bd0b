"""Rows live in the store's own SQL database: the ways of shipping a buyer can choose, and what they cost."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.common.addresses.postal_patterns import PostalRule
from apps.shipping.areas import Area, Load, Place
from apps.shipping.selectors import NamedArea, Spot, list_profiles, list_zones
from apps.tenancy.models import StoreModel


class ShippingKind(models.TextChoices):
    FLAT = "flat", _("Flat price")
    WEIGHT = "weight", _("By weight")
    VALUE = "value", _("By order value")
    PICKUP = "pickup", _("Pickup: the buyer collects it")


class ShippingMethod(StoreModel):
    """A way of shipping a buyer can choose. Prices are in minor units of `currency`.

    `brackets` of the kinds with several prices: `[from, price]`, ascending from 0; each is valid until the next. They are in
    grams, or in minor units of the order's value. It goes to one area with one price, that of `countries` and `postal_codes`
    (patterns of `common.addresses.postal_patterns`), or to named zones, each with a price: `zone_prices` has rows with `zone`,
    `amount_minor`, `brackets`, `free_above_minor` and `days`. `profile_terms` has a row for each profile that it does not
    take, or asks more for: `profile`, `is_taken`, `surcharge_minor`, `per` ("order" or "piece"). `pickup_places` are codes;
    empty: all.
    """

    shown_on_pages = True
    # The pickup place of a method as a buyer chose it; never of a row.
    spot: Spot | None = None

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
    zone_prices = models.JSONField(null=True, blank=True)
    profile_terms = models.JSONField(null=True, blank=True)
    pickup_places = models.JSONField(null=True, blank=True)
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
    def is_pickup(self) -> bool:
        return self.kind == ShippingKind.PICKUP

    @property
    def days(self) -> tuple[int, int]:
        return self.estimate_days_min, self.estimate_days_max

    def area(self) -> Area:
        """Where it goes without zones."""
        return Area.of(
            countries=self.countries, rule=self.postal_rule, postal_codes=self.postal_codes or ()
        )

    def zones(self) -> list[tuple[NamedArea, Mapping[str, Any]]]:
        """Its zones with their prices, in the store's order of zones."""
        rows = {row["zone"]: row for row in self.zone_prices or ()}
        return [(zone, rows[zone.code]) for zone in list_zones() if zone.code in rows]

    def areas(self) -> list[Area]:
        if self.is_pickup:
            return []
        return [zone.area for zone, _row in self.zones()] if self.zone_prices else [self.area()]

    @property
    def goes_everywhere(self) -> bool:
        return any(area.is_everywhere for area in self.areas())

    def at(self, place: Place) -> ShippingMethod | None:
        """The method with its price and days for that place; None where it does not go. Not to be saved."""
        if self.is_pickup:
            return self
        if not self.zone_prices:
            return self if self.area().holds(place) else None
        row = next((row for zone, row in self.zones() if zone.area.holds(place)), None)
        return None if row is None else self._priced(row)

    def _priced(self, row: Mapping[str, Any]) -> ShippingMethod:
        there = copy.copy(self)
        there.amount_minor, there.brackets = row["amount_minor"], row.get("brackets")
        there.free_above_minor = row.get("free_above_minor")
        if days := row.get("days"):
            there.estimate_days_min, there.estimate_days_max = days
        return there

    def collected_at(self, spot: Spot) -> ShippingMethod:
        """The method with one of its pickup places. Not to be saved."""
        there = copy.copy(self)
        there.spot, there.name = spot, f"{self.name}: {spot.name}"
        return there

    @property
    def chosen_code(self) -> str:
        """By which a buyer chooses it."""
        return f"{self.code}.{self.spot.code}" if self.spot else self.code

    def why_not(self, load: Load) -> str:
        """Why it can't take what is sent, for the buyer; "" if it can."""
        if self.heaviest_grams and load.grams > self.heaviest_grams:
            kilograms = f"{self.heaviest_grams / 1000:g}"
            return gettext("For parcels up to %(kilograms)s kg.") % {"kilograms": kilograms}
        refused = {row["profile"] for row in self.profile_terms or () if not row["is_taken"]}
        there = [code for code in load.pieces if code in refused]
        if not there:
            return ""
        names = {each.code: each.name for each in list_profiles()}
        words = ", ".join(names.get(code, code) for code in there)
        return gettext("Not for what is in your cart: %(profiles)s.") % {"profiles": words}

    def surcharge_for(self, pieces: Mapping[str, int]) -> int:
        """What goods of its profiles cost besides, also where the method itself costs nothing."""
        return sum(
            row["surcharge_minor"] * (pieces[row["profile"]] if row["per"] == "piece" else 1)
            for row in self.profile_terms or ()
            if row["is_taken"] and pieces.get(row["profile"])
        )

    def price_for(self, worth_minor: int, grams: int) -> int:
        """Before what makes it free."""
        if self.kind not in (ShippingKind.WEIGHT, ShippingKind.VALUE) or not self.brackets:
            return self.amount_minor
        measure = grams if self.kind == ShippingKind.WEIGHT else worth_minor
        return int([price for least, price in self.brackets if least <= max(measure, 0)][-1])


def touched_countries(methods: Iterable[ShippingMethod]) -> frozenset[str] | None:
    """The countries that something is sent to; None: everywhere, or nothing is sent at all."""
    areas = [area for method in methods for area in method.areas()]
    if not areas or any(area.is_everywhere for area in areas):
        return None
    return frozenset(country for area in areas for country in area.touched)
