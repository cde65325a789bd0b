"""Where a placed order goes after a change. What is collected has the address of its pickup place, so the tax is that place's."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext

from apps.checkout.phones import check_phone, phone_fault
from apps.checkout.pickup import NEEDED_TO_COLLECT, find_spot, handed_over_at
from apps.common.addresses import check_address
from apps.common.errors import InvalidInput
from apps.orders.models import Order

_OF_THE_BUYER: Final = ("name", "phone")


def is_collected_after(order: Order, method_code: str) -> bool:
    """A code of "" leaves the way as it is."""
    return find_spot(method_code) is not None if method_code else order.pickup is not None


def address_after(
    order: Order, *, given: Mapping[str, Any] | None, method_code: str
) -> dict[str, str] | None:
    """The checked address, or None where it stays. Raises `InvalidInput` by field."""
    if is_collected_after(order, method_code):
        address = _of_pickup(order, given, method_code)
    elif given is not None:
        needed = None if order.needs_shipping else frozenset({"name", "country"})
        address = _checked(given, needed, phone=order.phone)
    elif order.pickup is not None and method_code:
        wanted = gettext("Give the address: the order was to be collected.")
        raise InvalidInput(fields={"shipping_address.line1": [wanted]})
    else:
        return None
    return None if address == order.shipping_address else address


def _of_pickup(order: Order, given: Mapping[str, Any] | None, method_code: str) -> dict[str, str]:
    """The place's, with who collects. An order that stays at its place takes no other address."""
    before = order.shipping_address
    who = dict(before)
    if given is not None:
        typed = {name: given.get(name) for name in (*_OF_THE_BUYER, "country")}
        typed["country"] = typed["country"] or before.get("country")
        who = _checked(typed, NEEDED_TO_COLLECT)
    if (spot := find_spot(method_code)) is not None:
        return handed_over_at(spot, who)
    if given is not None and _is_elsewhere(given, before):
        stays = gettext("The order is collected: choose a delivery to send it to an address.")
        raise InvalidInput(fields={"shipping_address.line1": [stays]})
    return {**before, **{name: str(who.get(name) or "") for name in _OF_THE_BUYER}}


def _is_elsewhere(given: Mapping[str, Any], before: Mapping[str, Any]) -> bool:
    places = {name: value for name, value in given.items() if name not in _OF_THE_BUYER}
    return any(str(value) != str(before.get(name) or "") for name, value in places.items() if value)


def _checked(
    given: Mapping[str, Any], needed: frozenset[str] | None, *, phone: str = ""
) -> dict[str, str]:
    """Without a number in it, `phone` is that of a parcel."""
    errors: dict[str, list[str]] = {}
    address = check_address(given, prefix="shipping_address", errors=errors, needed=needed)
    if needed is None and phone_fault(address.get("phone") or phone, address.get("country", "")):
        check_phone(address, errors)
    if errors:
        raise InvalidInput(fields=errors)
    return address
