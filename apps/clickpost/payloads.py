"""The bodies of ClickPost's calls, and what must hold before one is made."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext

from apps.clickpost.errors import NotBookable
from apps.clickpost.packing import Packed, Place, is_indian_phone
from apps.common.clock import now
from apps.common.money import from_minor
from apps.integrations.reading import INDIA as INDIAN_TIME

_NAME, _ADDRESS, _CITY, _INVOICE = 100, 500, 200, 50
_PINCODE: Final = 6


def check_packed(packed: Packed) -> None:
    """Raises `NotBookable` with a sentence for each fault, before ClickPost is asked."""
    ends = (
        (packed.pickup, gettext("the warehouse")),
        (packed.drop, gettext("the delivery address")),
    )
    faults = [fault for place, name in ends for fault in _faults_of(place, name, packed)]
    if not packed.pickup.email:
        faults.append(
            gettext("Carriers need an e-mail of the store: enter one in the settings of ClickPost.")
        )
    if not packed.items:
        faults.append(gettext("Nothing is in the parcel."))
    if packed.cod_minor and not packed.is_indian:
        faults.append(gettext("Cash on delivery is collected within India only."))
    if len(packed.invoice_number) > _INVOICE:
        faults.append(gettext("The number of the invoice has more than 50 characters."))
    if faults:
        raise NotBookable(" ".join(faults))


def _faults_of(place: Place, name: str, packed: Packed) -> list[str]:
    words = {"place": name}
    given = (
        (place.name, _NAME, gettext("The name of %(place)s"), gettext("name")),
        (place.address, _ADDRESS, gettext("The address of %(place)s"), gettext("address")),
        (place.city, _CITY, gettext("The city of %(place)s"), gettext("city")),
    )
    faults = []
    for text, most, label, short in given:
        if not text:
            facts = {"what": short, **words}
            faults.append(gettext("The %(what)s is missing in %(place)s.") % facts)
        elif len(text) > most:
            facts = {"what": label % words, "most": str(most)}
            faults.append(gettext("%(what)s has more than %(most)s characters.") % facts)
    if not place.postal_code:
        faults.append(gettext("The postal code is missing in %(place)s.") % words)
    if packed.is_indian:
        if place.postal_code and not (
            len(place.postal_code) == _PINCODE and place.postal_code.isdigit()
        ):
            faults.append(gettext("The PIN code of %(place)s needs 6 digits.") % words)
        if not is_indian_phone(place.phone):
            faults.append(gettext("The phone number of %(place)s needs 10 digits.") % words)
        if not place.region:
            faults.append(gettext("The state is missing in %(place)s.") % words)
    elif not place.phone:
        faults.append(gettext("The phone number is missing in %(place)s.") % words)
    return faults


def recommendation_body(packed: Packed) -> dict[str, Any]:
    return {
        "pickup_pincode": packed.pickup.postal_code,
        "drop_pincode": packed.drop.postal_code,
        "order_type": packed.order_type,
        "reference_number": packed.reference,
        "item": packed.items[0].title[:_NAME],
        "invoice_value": amount(packed.value_minor, packed.currency),
        "delivery_type": "FORWARD",
        **_sizes(packed),
    }


def order_body(packed: Packed, *, cp_id: int, account_code: str) -> tuple[str, dict[str, Any]]:
    """The version of the call, and its body: v3 within India, v4 with names that hold everywhere."""
    common = {
        "shipment_details": {**_details(packed), "courier_partner": cp_id},
        "additional": _additional(packed, account_code),
    }
    if packed.is_indian:
        ends = {"pickup_info": _indian_pickup(packed), "drop_info": _indian_drop(packed.drop)}
        return "v3", {**ends, **common, "gst_info": _gst(packed)}
    common["shipment_details"]["currency_code"] = packed.currency
    ends = {
        "pickup_info": {**_place(packed.pickup), "time": _pickup_time()},
        "drop_info": _place(packed.drop),
    }
    return "v4", {**ends, **common}


def amount(minor: int, currency: str) -> float | int:
    """As JSON has it: 947, 845.54."""
    value: Decimal = from_minor(minor, currency).amount
    return int(value) if value == int(value) else float(value)


def _details(packed: Packed) -> dict[str, Any]:
    return {
        "reference_number": packed.reference,
        "order_type": packed.order_type,
        "cod_value": amount(packed.cod_minor, packed.currency),
        "invoice_value": amount(packed.value_minor, packed.currency),
        "invoice_number": packed.invoice_number,
        "invoice_date": packed.invoice_date.isoformat(),
        **_sizes(packed),
        "items": [
            {
                "sku": item.sku,
                "description": item.title,
                "quantity": item.quantity,
                "price": amount(item.price_minor, packed.currency),
            }
            for item in packed.items
        ],
    }


def _sizes(packed: Packed) -> dict[str, int]:
    return {
        "length": packed.length_cm,
        "breadth": packed.breadth_cm,
        "height": packed.height_cm,
        "weight": packed.weight_grams,
    }


def _additional(packed: Packed, account_code: str) -> dict[str, Any]:
    pickup = packed.pickup
    code = "pincode" if packed.is_indian else "postal_code"
    country = "country" if packed.is_indian else "country_code"
    return {
        "label": True,
        "delivery_type": "FORWARD",
        "async": False,
        "order_id": packed.order_number,
        "order_date": packed.order_date.isoformat(),
        **({"account_code": account_code} if account_code else {}),
        "return_info": {
            "name": pickup.name,
            "phone": pickup.phone,
            "email": pickup.email,
            "address": pickup.address,
            "city": pickup.city,
            "state": pickup.region,
            code: pickup.postal_code,
            country: pickup.country,
        },
    }


def _indian_pickup(packed: Packed) -> dict[str, Any]:
    place = packed.pickup
    return {
        "pickup_name": place.name,
        "pickup_phone": place.phone,
        "email": place.email,
        "pickup_pincode": place.postal_code,
        "pickup_address": place.address,
        "pickup_city": place.city,
        "pickup_state": place.region,
        "pickup_country": place.country,
        "pickup_time": _pickup_time(),
        "tin": packed.seller_gstin,
    }


def _indian_drop(place: Place) -> dict[str, Any]:
    return {
        "drop_name": place.name,
        "drop_phone": place.phone,
        "drop_email": place.email,
        "drop_pincode": place.postal_code,
        "drop_address": place.address,
        "drop_city": place.city,
        "drop_state": place.region,
        "drop_country": place.country,
    }


def _place(place: Place) -> dict[str, Any]:
    return {
        "name": place.name,
        "phone": place.phone,
        "email": place.email,
        "address": place.address,
        "city": place.city,
        "state": place.region,
        "postal_code": place.postal_code,
        "country_code": place.country,
    }


def _gst(packed: Packed) -> dict[str, Any]:
    taxes = {name: packed.taxes.get(name, ("0", 0)) for name in ("igst", "cgst", "sgst")}
    currency = packed.currency
    return {
        "seller_gstin": packed.seller_gstin,
        "is_seller_registered_under_gst": bool(packed.seller_gstin),
        "consignee_gstin": packed.buyer_gstin,
        "place_of_supply": packed.drop.region.upper(),
        "hsn_code": _main_hsn(packed),
        "taxable_value": amount(packed.taxable_minor, currency),
        "gst_total_tax": amount(packed.tax_minor, currency),
        "invoice_reference": packed.invoice_number,
        **{f"{name}_tax_rate": float(rate) for name, (rate, _) in taxes.items()},
        **{f"{name}_amount": amount(minor, currency) for name, (_, minor) in taxes.items()},
    }


def _main_hsn(packed: Packed) -> str:
    """The form has one: that of the goods with the highest value, as on an e-way bill."""
    coded = [item for item in packed.items if item.hsn_code]
    return max(coded, key=lambda item: item.price_minor * item.quantity).hsn_code if coded else ""


def _pickup_time() -> str:
    """From now on. ClickPost's Z is Indian time: written as such it lies in no reading in the past."""
    moment: datetime = now().astimezone(INDIAN_TIME)
    return f"{moment:%Y-%m-%dT%H:%M:%S}Z"
