"""Shipping methods and tax rules as they apply to one place."""

from __future__ import annotations

from dataclasses import dataclass, field

from apps.common.addresses import region_key
from apps.common.money import Money, to_minor
from apps.pricing.errors import ShippingMethodNotFound
from apps.pricing.models import ShippingMethod, TaxRate, TaxSettings, TaxSplit

STANDARD = "standard"
EXEMPT = "exempt"


@dataclass(frozen=True)
class AppliedRate:
    """The tax on one class of goods at one place. `parts` are the names of its components, each an equal share."""

    name: str
    rate_bp: int
    parts: tuple[str, ...] = ()


NO_TAX = AppliedRate(name="", rate_bp=0)


@dataclass(frozen=True)
class TaxRules:
    """Everything the arithmetic needs to know about taxes at one place."""

    prices_include_tax: bool = False
    tax_shipping: bool = True
    rates: dict[str, AppliedRate] = field(default_factory=dict)

    def rate_for(self, tax_class: str) -> AppliedRate:
        """The rate of that class; an unknown class is taxed as standard, `exempt` never."""
        if tax_class in self.rates:
            return self.rates[tax_class]
        return NO_TAX if tax_class == EXEMPT else self.rates.get(STANDARD, NO_TAX)


@dataclass(frozen=True)
class ShippingOption:
    """A shipping method with what it costs for this basket."""

    method: ShippingMethod
    amount_minor: int
    currency: str

    @property
    def code(self) -> str:
        return self.method.code

    @property
    def name(self) -> str:
        return self.method.name

    @property
    def is_free(self) -> bool:
        return self.amount_minor == 0


def shipping_cost(method: ShippingMethod, subtotal_minor: int) -> int:
    """What the method costs for goods of that worth: nothing from `free_above_minor` on."""
    if method.free_above_minor is not None and subtotal_minor >= method.free_above_minor:
        return 0
    return method.amount_minor


def list_shipping_methods(country: str, subtotal: Money) -> list[ShippingOption]:
    """The active methods that go to that country in the basket's currency, in the store's order: one query."""
    minor, currency = to_minor(subtotal), subtotal.currency.code
    methods = ShippingMethod.objects.filter(is_active=True, currency=currency)
    return [
        ShippingOption(method, shipping_cost(method, minor), currency)
        for method in methods
        if method.ships_to(country)
    ]


def get_shipping_method(code: str, *, country: str, currency: str) -> ShippingMethod:
    """The method if it can be chosen for that place; `ShippingMethodNotFound` otherwise."""
    method = ShippingMethod.objects.filter(code=code, is_active=True, currency=currency).first()
    if method is None or not method.ships_to(country):
        raise ShippingMethodNotFound
    return method


def get_tax_settings() -> TaxSettings:
    """The store's settings; unsaved defaults where there are none yet."""
    return TaxSettings.objects.filter(key="store").first() or TaxSettings()


def get_tax_rules(country: str, region: str = "") -> TaxRules:
    """The rules for goods that go there: two queries. A region's own rate goes before its country's.

    A region is the same however it is written, in the address and in the rate: `KA`, `Karnataka`, `IN-KA`.
    """
    settings = get_tax_settings()
    rates: dict[str, AppliedRate] = {}
    for rate in _rates_at(country.upper(), region):
        rates[rate.tax_class] = AppliedRate(rate.name, rate.rate_bp, _parts(rate, settings, region))
    return TaxRules(settings.prices_include_tax, settings.tax_shipping, rates)


def _rates_at(country: str, region: str) -> list[TaxRate]:
    """The rates that hold there, the one that counts last: the country's, then the region's by its code."""
    key = region_key(country, region)
    rates = [
        rate
        for rate in TaxRate.objects.filter(country=country)
        if not rate.region or region_key(country, rate.region) == key
    ]
    return sorted(rates, key=lambda rate: (bool(rate.region), rate.region == key))


def _parts(rate: TaxRate, settings: TaxSettings, region: str) -> tuple[str, ...]:
    """Indian GST: central and state tax inside the seller's state, integrated tax across states."""
    if rate.split != TaxSplit.INDIAN_GST or not settings.origin_region:
        return ()
    inside = region_key(rate.country, region) == region_key(rate.country, settings.origin_region)
    return ("CGST", "SGST") if inside else ("IGST",)
