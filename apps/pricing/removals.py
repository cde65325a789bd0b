"""Services that delete what shipping methods name: zones, profiles, pickup places."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext

from apps.platform.auditing import audited
from apps.pricing.errors import UsedByShipping
from apps.pricing.methods import ShippingMethod
from apps.shipping.models import PickupPlace, Profile, Zone


def delete_zone(*, zone: Zone) -> None:
    """Raises `UsedByShipping` while a method has a price for it."""
    _require_unused("zone_prices", lambda row: row["zone"] == zone.code)
    with audited("zone.deleted", zone):
        zone.delete()


def delete_profile(*, profile: Profile) -> None:
    """Products that belong to it are sent as any other then. Raises `UsedByShipping` while a method has terms for it."""
    _require_unused("profile_terms", lambda row: row["profile"] == profile.code)
    with audited("profile.deleted", profile):
        profile.delete()


def delete_pickup_place(*, place: PickupPlace) -> None:
    """Raises `UsedByShipping` while a method names it."""
    _require_unused("pickup_places", lambda code: code == place.code)
    with audited("pickup_place.deleted", place):
        place.delete()


def _require_unused(column: str, is_it: Callable[[Any], bool]) -> None:
    for method in ShippingMethod.objects.all():
        if any(map(is_it, getattr(method, column) or ())):
            raise UsedByShipping(
                gettext("The shipping method %(name)s uses it.") % {"name": method.name}
            )
