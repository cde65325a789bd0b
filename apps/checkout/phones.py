"""Whether a carrier needs the buyer's phone number: the outside systems that book parcels register it.

A `carrier_phones.py` of an app registers a function of the number, as it is kept, and of the country of the delivery: a sentence for
the field, or "". Every checkout calls it: for a store that is not connected it asks no database.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from apps.common.hooks import Hook

carrier_phone: Final = Hook[Callable[[str, str], str]]("carrier_phones")


def phone_fault(phone: str, country: str) -> str:
    """Why no carrier of the store takes a parcel with this number, in words; "" where it does."""
    return next((fault for rule in carrier_phone if (fault := rule(phone, country))), "")


def needs_phone(country: str) -> bool:
    return bool(phone_fault("", country))


def check_phone(
    address: Mapping[str, Any], errors: dict[str, list[str]], *, phone: str = ""
) -> None:
    """Add what is wrong with the number of a checked delivery address; without one, `phone` is called."""
    name = "shipping_address.phone"
    if "shipping_address.country" in errors or name in errors or "phone" in errors:
        return
    own = str(address.get("phone") or "")
    if fault := phone_fault(own or phone, str(address.get("country") or "")):
        errors["phone" if phone and not own else name] = [fault]
