"""An order that its buyer collects: where the goods are handed over is its address, so the tax is that place's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from apps.checkout.details import CheckoutDetails
from apps.shipping.selectors import Spot, list_pickup_places

NEEDED_TO_COLLECT: Final = frozenset({"name", "country"})
_OF_THE_BUYER: Final = ("name", "phone", "country")


def find_spot(shipping_method: str) -> Spot | None:
    """The pickup place that the chosen code names (`method.place`); None for a delivery."""
    _method, dot, code = str(shipping_method or "").partition(".")
    if not dot:
        return None
    return next((spot for spot in list_pickup_places() if spot.code == code), None)


def without_address(details: CheckoutDetails) -> CheckoutDetails:
    """Who collects, and nothing of an address that was typed before."""
    given = details.shipping_address
    typed = given if isinstance(given, Mapping) else {}
    return replace(details, shipping_address={name: typed.get(name) for name in _OF_THE_BUYER})


def collected(details: CheckoutDetails, spot: Spot) -> CheckoutDetails:
    """Checked details with the place as their delivery address. The billing address stays the buyer's."""
    return replace(details, shipping_address=handed_over_at(spot, details.shipping_address))


def handed_over_at(spot: Spot, address: Mapping[str, Any]) -> dict[str, str]:
    """The place's address with the buyer's name and number."""
    return {
        **spot.address,
        "name": str(address.get("name") or ""),
        "phone": str(address.get("phone") or ""),
    }
