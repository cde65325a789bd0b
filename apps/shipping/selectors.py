"""Reads of zones, profiles, pickup places and calendars: all cached until one changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from apps.catalog.shipping_profiles import ShippingProfile
from apps.common.addresses import FIELDS
from apps.common.addresses.postal_codes import tidy_postal_code
from apps.common.addresses.states_of_codes import has_places
from apps.common.clock import now
from apps.common.text import NotText
from apps.inventory.models import Warehouse
from apps.inventory.prospects import single_provisions
from apps.shipping.areas import Area
from apps.shipping.estimates import Calendar, Estimate, estimate, latest_of
from apps.shipping.models import DispatchTimes, PickupPlace, Profile, Zone
from apps.tenancy.context import current_store
from apps.tenancy.versioned_cache import cached_by_version


@dataclass(frozen=True)
class NamedArea:
    code: str
    name: str
    area: Area


@dataclass(frozen=True)
class Spot:
    """A pickup place with the address that it has, its own or its warehouse's."""

    code: str
    name: str
    hours: str
    days_kept: int
    address: dict[str, str]
    warehouse_id: UUID | None = None

    def as_json(self) -> dict[str, Any]:
        """What an order keeps of it."""
        return {
            "code": self.code,
            "name": self.name,
            "hours": self.hours,
            "days_kept": self.days_kept,
        }


@cached_by_version("shipping")
def list_zones() -> tuple[NamedArea, ...]:
    """In the store's order. One statement after a change, else none."""
    return tuple(
        NamedArea(
            row.code,
            row.name,
            Area.of(
                countries=row.countries,
                regions=row.regions,
                rule=row.postal_rule,
                postal_codes=row.postal_codes,
            ),
        )
        for row in Zone.objects.all()
    )


@cached_by_version("shipping")
def list_profiles() -> tuple[ShippingProfile, ...]:
    """In the store's order. One statement after a change, else none."""
    rows = Profile.objects.values_list("code", "name")
    return tuple(ShippingProfile(code, name) for code, name in rows)


@cached_by_version("shipping", "inventory")
def list_pickup_places() -> tuple[Spot, ...]:
    """Those that are open, in the store's order. One statement after a change, else none."""
    rows = PickupPlace.objects.filter(is_active=True).select_related("warehouse")
    return tuple(spot_of(row) for row in rows)


def spot_of(row: PickupPlace) -> Spot:
    source: PickupPlace | Warehouse = row.warehouse if row.warehouse and not row.line1 else row
    address = {name: str(getattr(source, name, "") or "") for name in FIELDS if name != "name"}
    address["country"] = address["country"] or current_store().country
    return Spot(row.code, row.name, row.hours, row.days_kept, address, row.warehouse_id)


@cached_by_version("shipping")
def get_calendars() -> dict[UUID | None, Calendar]:
    """By warehouse; None: that of the others. One statement after a change, else none."""
    zone = current_store().time_zone
    found = {
        row.warehouse_id: Calendar(
            row.time_zone or zone,
            row.cut_off,
            row.handling_days,
            frozenset(row.working_days),
            frozenset(row.delivery_days),
            frozenset(date.fromisoformat(day) for day, _name in row.holidays),
        )
        for row in DispatchTimes.objects.all()
    }
    return {None: Calendar(zone), **found}


def names_days(address: Mapping[str, Any]) -> bool:
    """Whether a day of delivery is named for goods that are sent there: not where no place is known to have that postal code.
    One rule for product pages, the check of a postal code, checkout and orders."""
    country, typed = (str(address.get(name) or "") for name in ("country", "postal_code"))
    country = country.upper()
    try:
        code = tidy_postal_code(country, typed) if typed else ""
    except NotText:
        return False
    return code is not None and has_places(country, code)


Sources = frozenset[UUID | None]
ANYWHERE: Final[Sources] = frozenset([None])


def estimate_delivery(
    days: tuple[int, int], *, sources: Sources = ANYWHERE, at: datetime | None = None
) -> Estimate:
    """When goods arrive that leave from these warehouses and are ordered now."""
    calendars, moment = get_calendars(), at or now()
    return latest_of(
        estimate(calendars.get(source, calendars[None]), days=days, at=moment) for source in sources
    )


def calendars_of(warehouses: Iterable[UUID]) -> Sources:
    """For an estimate: where the goods leave from; of none any."""
    return frozenset(warehouses) or ANYWHERE


def estimate_single(
    days: tuple[int, int], variant_refs: Iterable[str], address: Mapping[str, Any]
) -> Estimate:
    """When one piece arrives, of whichever variant that is there takes longest. A bundle comes from where its parts are. One statement where warehouses have times of their own, else none."""
    if len(get_calendars()) == 1:
        return estimate_delivery(days)
    found = single_provisions(variant_refs, address).values()
    there = [each.warehouses for each in found if not each.awaited]
    return estimate_delivery(days, sources=calendars_of(frozenset().union(*there)))
