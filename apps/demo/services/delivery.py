"""How the shops of the demo deliver: zones, a profile, a pickup place, times of dispatch."""

from datetime import time

from apps.demo.shops.recipe import Shop
from apps.inventory.selectors import get_default_warehouse
from apps.pricing.models import ShippingKind, ShippingMethod
from apps.shipping.models import DispatchTimes, PickupPlace, Profile, Zone

FRAGILE = "fragile"


def deliver_from(shop: Shop) -> None:
    """Express by two zones and with a surcharge for what is fragile; a counter at the warehouse. Repeatable."""
    near = {"name": "Our state", "regions": [f"{shop.country}-{shop.state}"], "position": 0}
    Zone.objects.get_or_create(code="near", defaults=near)
    far = {"name": "The whole country", "countries": [shop.country], "position": 1}
    Zone.objects.get_or_create(code="country", defaults=far)
    Profile.objects.get_or_create(code=FRAGILE, defaults={"name": "Fragile"})
    factor = 1 if shop.currency == "USD" else 10
    prices = [
        {
            "zone": code,
            "amount_minor": minor * factor,
            "brackets": None,
            "free_above_minor": None,
            "days": days,
        }
        for code, minor, days in (("near", 990, [1, 1]), ("country", 1490, [1, 2]))
    ]
    terms = {
        "profile": FRAGILE,
        "is_taken": True,
        "surcharge_minor": 300 * factor,
        "per": "order",
    }
    express = ShippingMethod.objects.filter(code="express", zone_prices__isnull=True)
    express.update(zone_prices=prices, profile_terms=[terms])
    place = {key: shop.address_of(0)[key] for key in ("city", "region", "postal_code", "country")}
    counter = {
        **place,
        "name": f"{shop.name}, counter",
        "line1": "1 Market Street",
        "warehouse": get_default_warehouse(),
        "hours": "Mon to Sat, 10:00 to 19:00",
    }
    PickupPlace.objects.get_or_create(code="counter", defaults=counter)
    pickup = {
        "name": "Pickup",
        "kind": ShippingKind.PICKUP,
        "currency": shop.currency,
        "amount_minor": 0,
        "estimate_days_min": 0,
        "estimate_days_max": 0,
        "position": 2,
    }
    ShippingMethod.objects.get_or_create(code="pickup", defaults=pickup)
    if not DispatchTimes.objects.exists():
        week = {"working_days": [0, 1, 2, 3, 4], "delivery_days": [0, 1, 2, 3, 4, 5]}
        DispatchTimes.objects.create(cut_off=time(14), **week)
