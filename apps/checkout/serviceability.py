"""Whether, when and how a product can be sent to a postal code, before anything is in a cart."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field

from django.utils.translation import gettext

from apps.catalog.errors import ProductNotFound
from apps.catalog.selectors import read_shown_lines
from apps.checkout.errors import InvalidDetails
from apps.common.addresses import address_format, country_name, find_country
from apps.common.addresses.postal_codes import example_postal_code, tidy_postal_code
from apps.common.text import NotText
from apps.inventory.selectors import get_supply
from apps.payments.selectors import list_payment_methods
from apps.pricing.methods import touched_countries
from apps.pricing.models import ShippingMethod
from apps.pricing.selectors import get_shipping_map
from apps.shipping.areas import Load, Place
from apps.shipping.estimates import Estimate
from apps.shipping.selectors import estimate_single, names_days
from apps.tenancy.context import current_store

_LONGEST = 20


@dataclass(frozen=True)
class Served:
    """`is_known` False: no place is known to have that code, so no day is named. `has_cash` None: the store has no cash on delivery. `reasons` are why ways that go there don't take the product.
    `pickup` are names of places where it can be collected."""

    country: str
    postal_code: str
    is_served: bool
    expected: Estimate | None = None
    has_cash: bool | None = None
    reasons: tuple[str, ...] = field(default=())
    pickup: tuple[str, ...] = field(default=())
    is_known: bool = True

    @property
    def goal(self) -> str:
        """As the visitor reads it: with the country where it is abroad, alone where that has no postal codes."""
        store = current_store()
        if self.country == store.country:
            return self.postal_code
        name = country_name(self.country, store.language)
        return f"{self.postal_code}, {name}" if self.postal_code else name


def check_postal_code(*, postal_code: str, variant_ref: str, country: str = "") -> Served:
    """By the methods of the store and its rules of cash on delivery; from caches, three statements at most. A country
    without postal codes is asked about without one; without a variant the answer is for goods that are there.

    Raises `InvalidDetails` for what is no country, or a code that is none of it, `ProductNotFound`.
    """
    store = current_store()
    land = _find_land(country or store.country)
    code = _tidy(land, postal_code) if address_format(land).uses("postal_code") else ""
    refs = [variant_ref] if variant_ref else []
    place, load = Place.at(land, postal_code=code), _load_of(refs)
    shipping = get_shipping_map(store.currency)
    ways = shipping.ways(place, load)
    sent = [way for way in ways if not way.is_pickup]
    if not sent:
        reasons = tuple(
            f"{method.name}: {reason}"
            for method, reason in shipping.refused(place, load)
            if not method.is_pickup
        )
        return Served(land, code, False, reasons=reasons, pickup=_places(ways))
    is_known, expected = names_days(asdict(place)), None
    if is_known and all(supply.available > 0 for supply in get_supply(refs).values()):
        soonest = min((way.days for way in sent), key=lambda days: sorted(days, reverse=True))
        expected = estimate_single(soonest, refs, asdict(place))
    return Served(
        land,
        code,
        True,
        expected,
        _has_cash(land, code),
        pickup=_places(ways),
        is_known=is_known,
    )


def served_countries() -> frozenset[str] | None:
    """The countries that parcels go to; None: everywhere. Where nothing is sent, the store's own."""
    methods = get_shipping_map(current_store().currency).methods
    sent = [method for method in methods if not method.is_pickup]
    return touched_countries(sent) if sent else frozenset([current_store().country])


def _find_land(typed: str) -> str:
    found = find_country(typed)
    if found is None:
        sentence = gettext("Choose a country.")
        raise InvalidDetails(sentence, fields={"country": [sentence]})
    return found


def _places(ways: list[ShippingMethod]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(way.spot.name for way in ways if way.spot))


def _load_of(refs: list[str]) -> Load:
    """Of one piece, or of goods without a profile of their own."""
    if not refs:
        return Load()
    item = read_shown_lines(refs, current_store().currency).get(refs[0])
    if item is None or item.is_digital or not item.is_saleable:
        raise ProductNotFound
    pieces = {item.shipping_profile: 1} if item.shipping_profile else {}
    return Load(item.weight_grams, pieces)


def _has_cash(country: str, postal_code: str) -> bool | None:
    rules = [each.cash for each in list_payment_methods() if each.pays_on_delivery]
    if not rules:
        return None
    return any(each is None or each.goes_to(country, postal_code) for each in rules)


def _tidy(country: str, typed: str) -> str:
    try:
        code = tidy_postal_code(country, typed)
    except NotText:
        code = None
    if not code or len(code) > _LONGEST:
        words = {
            "label": address_format(country).label("postal_code"),
            "example": example_postal_code(country),
        }
        sentence = gettext("Type a %(label)s, such as %(example)s.") % words
        raise InvalidDetails(sentence, fields={"postal_code": [sentence]})
    return code
