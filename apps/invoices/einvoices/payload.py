"""A document as JSON of the e-invoice schema 1.1 (notification 60/2020, Central Tax), for sales to buyers with a GSTIN and abroad.

Amounts have two decimals, unit prices and quantities three; dates are `dd/mm/yyyy`. Texts hold neither `"` nor a backslash.
Prices are without tax and after discounts, so an item's discount is never named. Lines that bear no tax are no items: their
value is in `OthChrg`. Of an export and of a sale to a special economic zone all lines but gift cards are items: they are zero-rated. Its port and shipping bill are not known here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from apps.common.addresses import country_name, region_name
from apps.common.addresses.postal_codes import known_postal_code
from apps.common.money import from_minor, part_of
from apps.invoices.lines import VOUCHER, DocumentLine, read_line
from apps.invoices.models import Document
from apps.invoices.snapshot import ABROAD, INDIA
from apps.pricing.models import SellerKind
from apps.pricing.special_buyers import SpecialSupply
from apps.pricing.tax_numbers import gst_state

RUPEE: Final = "INR"
VERSION: Final = "1.1"
_UNTAXED_UNIT, _PIECES = "OTH", "NOS"
_STATE: Final = ("SGST", "UTGST")
# The longest texts; what is longer is cut.
_MOST: Final = {"LglNm": 100, "TrdNm": 100, "Addr1": 100, "Addr2": 100, "Loc": 50, "PrdDesc": 300}
_LEAST: Final = {"Addr2": 3, "TrdNm": 3}
_LEAST_CITY: Final = 3
UNREGISTERED: Final = "URP"
_PIN_ABROAD: Final = 999_999

Json = dict[str, Any]


def is_einvoice(document: Document) -> bool:
    """Whether it is one that the portal takes: a registered seller of India, rupees, and either an export or taxed goods for
    a buyer with a GSTIN. Gift cards alone are no supply."""
    seller, buyer = document.data["seller"], document.data["buyer"]
    is_registered = (
        seller["country"] == INDIA
        and bool(seller["tax_number"])
        and seller["scheme"] == SellerKind.REGULAR
        and document.currency == RUPEE
    )
    has_goods = any(line["kind"] != VOUCHER for line in document.data["lines"])
    if is_registered and is_export(document):
        return has_goods and bool(_country(buyer))
    return (
        is_registered
        and bool(buyer.get("gstin"))
        and bool(document.data["place_of_supply"].get("code"))
        and has_goods
        and (is_to_zone(document) or any(line["parts"] for line in document.data["lines"]))
    )


def is_export(document: Document) -> bool:
    return document.data["place_of_supply"].get("code") == ABROAD


def is_to_zone(document: Document) -> bool:
    """To a unit or developer of a special economic zone."""
    return document.data["seller"].get("supply") == SpecialSupply.ZONE


def make_payload(document: Document) -> Json:
    """The JSON of a document for which `is_einvoice` holds. `faults_of` says what the portal would refuse."""
    data = document.data
    lines = [read_line(stored) for stored in data["lines"]]
    is_abroad = is_export(document)
    is_zero_rated = is_abroad or is_to_zone(document)
    listed = [line for line in lines if line.parts or (is_zero_rated and _is_supply(line))]
    items = [_item(place, line) for place, line in enumerate(listed, 1)]
    supply = _supply(document, lines)
    found: Json = {
        "Version": VERSION,
        "TranDtls": {"TaxSch": "GST", "SupTyp": supply, "RegRev": "N", "IgstOnIntra": "N"},
        "DocDtls": {
            "Typ": "CRN" if document.is_credit_note else "INV",
            "No": document.number.upper(),
            "Dt": _day(document.issued_on),
        },
        "SellerDtls": _seller(data["seller"]),
        "BuyerDtls": _buyer(data["buyer"], data["place_of_supply"]["code"]),
        "ItemList": items,
        "ValDtls": _values(items, lines, listed),
    }
    shipping = {} if is_abroad else _shipping(data["buyer"])
    if is_abroad:
        found["ExpDtls"] = {"CntCode": _country(data["buyer"])}
    if shipping:
        found["ShipDtls"] = shipping
    if data["invoice"]:
        day = date.fromisoformat(data["invoice"]["issued_on"])
        reference = {"InvNo": data["invoice"]["number"].upper(), "InvDt": _day(day)}
        found["RefDtls"] = {"PrecDocDtls": [reference]}
    return found


def _is_supply(line: DocumentLine) -> bool:
    return bool(line.total_minor) and line.kind != VOUCHER


def _supply(document: Document, lines: Iterable[DocumentLine]) -> str:
    """Exports, and sales to special economic zones, are made on payment of integrated tax, or under bond or letter of
    undertaking without it."""
    is_taxed = any(line.parts for line in lines)
    if is_export(document):
        return "EXPWP" if is_taxed else "EXPWOP"
    if is_to_zone(document):
        return "SEZWP" if is_taxed else "SEZWOP"
    return "DEXP" if document.data["seller"].get("supply") == SpecialSupply.DEEMED else "B2B"


def _country(buyer: Mapping[str, Any]) -> str:
    """Where it is sent: two letters."""
    address = buyer["shipping_address"] or buyer["billing_address"]
    return str(address.get("country") or "")


def _seller(seller: Mapping[str, Any]) -> Json:
    return {
        "Gstin": seller["tax_number"],
        **_texts(LglNm=seller["name"], TrdNm=seller["shop"]),
        **_place(seller["address"], seller["tax_number"][:2]),
    }


def _buyer(buyer: Mapping[str, Any], place_of_supply: str) -> Json:
    if place_of_supply == ABROAD:
        place = _place(buyer["billing_address"], ABROAD)
        name = _texts(LglNm=buyer["name"])
        return {
            "Gstin": UNREGISTERED, **name, "Pos": ABROAD, **place, **_place_abroad(buyer["billing_address"]),
            "Pin": _PIN_ABROAD,
        }  # fmt: skip
    return {
        "Gstin": buyer["gstin"],
        **_texts(LglNm=buyer["name"]),
        "Pos": place_of_supply,
        **_place(buyer["billing_address"], buyer["gstin"][:2]),
    }


def _place_abroad(address: Mapping[str, Any]) -> Json:
    """The portal wants three characters of a city. Addresses of Singapore have none, those of Dubai and Tokyo need none, and
    there are places with one letter."""
    country = str(address.get("country") or "")
    city, region = str(address.get("city") or ""), str(address.get("region") or "")
    if len(city) >= _LEAST_CITY:
        return {}
    named = region_name(country, region, "en") if region else ""
    wider = named if len(named) >= _LEAST_CITY else country_name(country)
    return _texts(Loc=f"{city}, {wider}" if city else wider)


def _shipping(buyer: Mapping[str, Any]) -> Json:
    """Where it is sent, if that is another address."""
    address = buyer["shipping_address"]
    if not address or address == buyer["billing_address"]:
        return {}
    named = _texts(LglNm=str(address.get("name") or buyer["name"]))
    return {**named, **_place(address, gst_state(str(address.get("region") or "")))}


def _place(address: Mapping[str, Any], state: str) -> Json:
    pin = known_postal_code(INDIA, str(address.get("postal_code") or ""))
    return {
        **_texts(
            Addr1=str(address.get("line1") or ""),
            Addr2=str(address.get("line2") or ""),
            Loc=str(address.get("city") or ""),
        ),
        "Pin": int(pin or 0),
        "Stcd": state,
    }


def _texts(**texts: str) -> Json:
    """Without the two signs that the portal refuses, cut to its lengths; optional ones that are too short are left out."""
    clean = {
        name: text.replace('"', "'").replace("\\", "/").strip()[: _MOST[name]]
        for name, text in texts.items()
    }
    return {name: text for name, text in clean.items() if len(text) >= _LEAST.get(name, 0)}


def _item(place: int, line: DocumentLine) -> Json:
    quantity = line.quantity or 1
    value = from_minor(line.net_minor, RUPEE).amount
    unit = _PIECES if line.quantity else _UNTAXED_UNIT
    return {
        "SlNo": str(place),
        **_texts(PrdDesc=line.title),
        "IsServc": "Y" if line.is_service else "N",
        "HsnCd": line.hsn_code,
        "Qty": float(quantity),
        "Unit": unit,
        "UnitPrice": float(Decimal(part_of(line.net_minor, 10, quantity)).scaleb(-3)),
        "TotAmt": float(value),
        "AssAmt": float(value),
        "GstRt": float(Decimal(line.tax_percent)),
        **_taxes(line),
        "TotItemVal": rupees(line.total_minor),
    }


def _taxes(line: DocumentLine) -> Json:
    amounts = {"IgstAmt": 0, "CgstAmt": 0, "SgstAmt": 0}
    for part in line.parts:
        amounts[_field(part.name)] += part.amount_minor
    return {name: rupees(minor) for name, minor in amounts.items()}


def _field(part: str) -> str:
    if part == "CGST":
        return "CgstAmt"
    return "SgstAmt" if part in _STATE else "IgstAmt"


def _values(
    items: Sequence[Json], lines: Sequence[DocumentLine], listed: Sequence[DocumentLine]
) -> Json:
    total = sum(line.total_minor for line in lines)
    untaxed = total - sum(line.total_minor for line in listed)
    return {
        "AssVal": _sum(items, "AssAmt"),
        "CgstVal": _sum(items, "CgstAmt"),
        "SgstVal": _sum(items, "SgstAmt"),
        "IgstVal": _sum(items, "IgstAmt"),
        "OthChrg": rupees(untaxed),
        "RndOffAmt": 0.0,
        "TotInvVal": rupees(total),
    }


def _sum(items: Iterable[Json], name: str) -> float:
    return float(sum((Decimal(str(item[name])) for item in items), Decimal(0)))


def rupees(minor: int) -> float:
    return float(from_minor(minor, RUPEE).amount)


def _day(value: date) -> str:
    return value.strftime("%d/%m/%Y")
