"""Shipping methods and tax rules as they apply to one place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from apps.catalog.tax_classes import ALWAYS, TaxClass
from apps.common.addresses import find_region, has_regions, region_key
from apps.common.money import Money, to_minor
from apps.common.text import fold_code
from apps.pricing.errors import CountryNotServed, ShippingMethodNotFound
from apps.pricing.methods import touched_countries
from apps.pricing.models import SellerKind, ShippingMethod, TaxRate, TaxSettings, TaxSplit
from apps.pricing.rounding import Rounding
from apps.pricing.rules import NO_TAX, AppliedRate, TaxRules, percent_text
from apps.pricing.special_buyers import SpecialSupply, special_supply
from apps.pricing.territories import local_tax_names
from apps.pricing.treatments import CONSUMER, TaxBuyer, Treatment, treatment_of
from apps.shipping.areas import Load, Place
from apps.shipping.estimates import Estimate
from apps.shipping.selectors import Spot, list_pickup_places
from apps.tenancy.context import current_store
from apps.tenancy.prepared import Asked, PreparedQuery

__all__ = [
    "NO_TAX",
    "AppliedRate",
    "ShippingMap",
    "ShippingOption",
    "TaxRules",
    "get_shipping_map",
    "get_shipping_method",
    "get_tax_rules",
    "get_tax_rules_for",
    "get_tax_settings",
    "is_origin_missing",
    "lacks_origin",
    "list_shipping_methods",
    "list_tax_classes",
    "shipping_cost",
]

_INDIA: Final = "IN"
NOTHING: Final = Load()


@dataclass(frozen=True)
class ShippingOption:
    """A shipping method with what it costs for this basket, and when that arrives. `is_known` False: no place is known to have
    the address's postal code, so no day is named."""

    method: ShippingMethod
    amount_minor: int
    currency: str
    expected: Estimate | None = None
    is_known: bool = True

    @property
    def code(self) -> str:
        return self.method.chosen_code

    @property
    def name(self) -> str:
        return self.method.name

    @property
    def spot(self) -> Spot | None:
        return self.method.spot

    @property
    def is_free(self) -> bool:
        return self.amount_minor == 0


@dataclass(frozen=True)
class ShippingMap:
    """The active methods of one currency."""

    methods: tuple[ShippingMethod, ...]

    @property
    def countries(self) -> frozenset[str] | None:
        """The countries that are served; None: everywhere."""
        if not self.methods:
            return frozenset()
        return touched_countries(self.methods)

    def goes_to(self, country: str) -> bool:
        """Whether something can be sent there, or collected by those who live there."""
        return any(
            method.is_pickup or any(area.touches(country) for area in method.areas())
            for method in self.methods
        )

    def ways(self, place: Place, load: Load = NOTHING) -> list[ShippingMethod]:
        """The methods by which that can be sent there, with their prices; one for each pickup place."""
        found = (method.at(place) for method in self.methods)
        return [
            way
            for method in found
            if method is not None and not method.why_not(load)
            for way in _with_places(method)
        ]

    def refused(self, place: Place, load: Load) -> list[tuple[ShippingMethod, str]]:
        """The methods that go there but don't take what is sent, with the reason."""
        found = [method for method in self.methods if method.at(place) is not None]
        return [(method, reason) for method in found if (reason := method.why_not(load))]

    def options(self, place: Place, subtotal: Money, load: Load = NOTHING) -> list[ShippingOption]:
        """The ways with their prices, for goods of that value."""
        minor, currency = to_minor(subtotal), subtotal.currency.code
        return [
            ShippingOption(method, shipping_cost(method, minor, load.grams, load.pieces), currency)
            for method in self.ways(place, load)
        ]


def _with_places(method: ShippingMethod) -> list[ShippingMethod]:
    if not method.is_pickup:
        return [method]
    wanted = method.pickup_places
    return [
        method.collected_at(spot)
        for spot in list_pickup_places()
        if not wanted or spot.code in wanted
    ]


def shipping_cost(
    method: ShippingMethod,
    subtotal_minor: int,
    grams: int = 0,
    pieces: Mapping[str, int] | None = None,
) -> int:
    """The price of the method for goods of that value and weight: zero from `free_above_minor` on; and what it asks for
    the profiles among them besides."""
    extra = method.surcharge_for(pieces or {})
    if method.free_above_minor is not None and subtotal_minor >= method.free_above_minor:
        return extra
    return method.price_for(subtotal_minor, grams) + extra


def list_shipping_methods(country: str, subtotal: Money) -> list[ShippingOption]:
    """The active methods that go to that country in the basket's currency, in the store's order: one query."""
    return get_shipping_map(subtotal.currency.code).options(Place.at(country), subtotal)


def get_shipping_map(currency: str) -> ShippingMap:
    """Where a basket in that currency can be sent, and how: one query."""
    return ShippingMap(tuple(_methods(currency=currency)))


def reads_of_order(country: str, currency: str) -> tuple[Asked, ...]:
    """What the shipping methods and the tax rules of an order to that country read, for `reading_together`."""
    rates = _rates.asked(country=country.upper())
    return (_methods.asked(currency=currency), _settings.asked(), rates)


_methods: PreparedQuery[ShippingMethod] = PreparedQuery(
    lambda currency: ShippingMethod.objects.filter(is_active=True, currency=currency)
)


def get_shipping_method(
    code: str, *, place: Place, currency: str, load: Load = NOTHING
) -> ShippingMethod:
    """The method as it is for that place, if it can be chosen for it and for what is sent: one query.

    Raises `CountryNotServed` where no method goes, `ShippingMethodNotFound` where others do.
    """
    shipping = get_shipping_map(currency)
    if not shipping.goes_to(place.country):
        raise CountryNotServed
    for method in shipping.ways(place, load):
        if method.chosen_code == code:
            return method
    raise ShippingMethodNotFound


def get_tax_settings() -> TaxSettings:
    """The store's settings; unsaved defaults where there are none yet."""
    return next(iter(_settings()), None) or TaxSettings()


_settings: PreparedQuery[TaxSettings] = PreparedQuery(
    lambda: TaxSettings.objects.filter(key="store")[:1]
)


def get_tax_rules(country: str, region: str = "") -> TaxRules:
    """The rules for goods that are sent there: two queries. A region's rate has priority over its country's.

    All spellings of a region are equal, in the address and in the rate: `KA`, `Karnataka`, `IN-KA`.
    """
    return _rules(get_tax_settings(), country, region)


def _rules(
    settings: TaxSettings, country: str, region: str, *, is_integrated: bool = False
) -> TaxRules:
    """`is_integrated`: as between states, wherever it goes."""
    rates: dict[str, AppliedRate] = {}
    found = [] if charges_no_tax(settings) else _rates_at(country.upper(), region)
    for rate in found:
        parts = _parts(rate, settings, region, is_integrated=is_integrated)
        is_undivided = rate.split != TaxSplit.NONE and not parts
        rates[rate.tax_class] = AppliedRate(rate.name, rate.percent, parts, is_undivided)
    return TaxRules(
        prices_include_tax=settings.prices_include_tax,
        shipping_tax=settings.shipping_tax,
        rates=rates,
        shipping_tax_class=settings.shipping_tax_class,
        lacks_origin=any(lacks_origin(rate, settings) for rate in found),
        seller_tax_number=settings.tax_number,
        rounding=Rounding(settings.rounding_unit, settings.rounding_mode),
        origin_country=origin_of(settings),
        zero_rates_exports=settings.zero_rates_exports,
    )


def charges_no_tax(settings: TaxSettings) -> bool:
    """India: a seller of the composition scheme (section 10 of the CGST Act) or without registration collects no tax."""
    return settings.seller_kind != SellerKind.REGULAR and origin_of(settings) == _INDIA


def origin_of(settings: TaxSettings) -> str:
    """The country that the store sells from."""
    return settings.origin_country or current_store().country


def get_tax_rules_for(country: str, region: str = "", *, buyer: TaxBuyer = CONSUMER) -> TaxRules:
    """The rules for a sale to that buyer. A sale without tax in a shop whose prices contain tax costs two statements
    more: the tax of the store's own place is taken out of the prices."""
    settings, goal = get_tax_settings(), country.upper()
    is_zone = (
        special_supply(settings, origin=origin_of(settings), country=goal, number=buyer.number.text)
        == SpecialSupply.ZONE
    )
    rules = _rules(settings, country, region, is_integrated=is_zone)
    treatment = treatment_of(
        origin=rules.origin_country,
        country=goal,
        buyer=buyer,
        zero_rates_exports=rules.zero_rates_exports,
    )
    if is_zone:
        treatment = Treatment.NONE if settings.zones_bear_tax else Treatment.ZONE
    if treatment == Treatment.NONE:
        return rules
    contained = None
    if rules.prices_include_tax:
        contained = get_tax_rules(rules.origin_country, get_tax_settings().origin_region)
    return replace(
        rules,
        rates={},
        prices_include_tax=False,
        lacks_origin=False,
        treatment=treatment.value,
        contained=contained,
    )


def lacks_origin(rate: TaxRate, settings: TaxSettings) -> bool:
    """Whether that rate can't be split because the store has not said from which state it sells."""
    if rate.split != TaxSplit.INDIAN_GST:
        return False
    if settings.origin_country not in ("", rate.country):
        return False
    return find_region(rate.country, settings.origin_region) is None


def is_origin_missing() -> bool:
    """Whether the store can't sell in a place with rates until it has set its state: two queries."""
    settings = get_tax_settings()
    if charges_no_tax(settings):
        return False
    split = TaxRate.objects.exclude(split=TaxSplit.NONE)
    return any(lacks_origin(rate, settings) for rate in split)


def _rates_at(country: str, region: str) -> list[TaxRate]:
    """The rates of that place in ascending priority: the country's, then the region's by its code."""
    key = region_key(country, region)
    rates = [
        rate
        for rate in _rates(country=country)
        if not rate.region or region_key(country, rate.region) == key
    ]
    return sorted(rates, key=lambda rate: (bool(rate.region), rate.region == key))


_rates: PreparedQuery[TaxRate] = PreparedQuery(
    lambda country: TaxRate.objects.filter(country=country)
)


def _parts(
    rate: TaxRate, settings: TaxSettings, region: str, *, is_integrated: bool = False
) -> tuple[str, ...]:
    """Indian GST: central and state tax inside the seller's state (union territory tax in place of the state's where
    there is no legislature), integrated tax across states and from abroad; one tax while either state is unknown."""
    if rate.split != TaxSplit.INDIAN_GST or lacks_origin(rate, settings):
        return ()
    if find_region(rate.country, region) is None:
        return ()
    if settings.origin_country and settings.origin_country != rate.country:
        return ("IGST",)
    inside = region_key(rate.country, region) == region_key(rate.country, settings.origin_region)
    if is_integrated or not inside:
        return ("IGST",)
    return local_tax_names(region)


def needs_region(country: str) -> bool:
    """Whether the tax there depends on the state, so that a buyer must name it even when nothing is sent: one query."""
    rates = TaxRate.objects.filter(country=country)
    return has_regions(country) and any(rate.region or rate.split for rate in rates)


def list_tax_classes() -> list[TaxClass]:
    """`standard`, `exempt` and every class that has a rate, with the rate in the store's own country: one query."""
    home = current_store().country
    found = {each.code: each for each in ALWAYS}
    labelled: set[str] = set()
    for rate in TaxRate.objects.order_by("tax_class", "region"):
        key = fold_code(rate.tax_class)
        code = found[key].code if key in found else rate.tax_class
        if rate.country == home and key not in labelled:
            labelled.add(key)
            label = f"{_in_words(code)} ({rate.name} {percent_text(rate.percent)}%)"
            found[key] = TaxClass(code, label)
        else:
            found.setdefault(key, TaxClass(code, _in_words(code)))
    return list(found.values())


def _in_words(code: str) -> str:
    words = code.replace("_", " ").replace("-", " ")
    return words[:1].upper() + words[1:]
