"""A document as JSON of the e-invoice schema 1.1 (notification 60/2020, Central Tax), for sales to buyers with a GSTIN.

Amounts have two decimals, unit prices and quantities three; dates are `dd/mm/yyyy`. Texts hold neither `"` nor a backslash.
Prices are without tax and after discounts, so an item's discount is never named. Lines that bear no tax are no items: their
value is in `OthChrg`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from apps.common.money import from_minor, part_of
from apps.invoices.lines import DocumentLine, read_line
from apps.invoices.models import Document
from apps.invoices.snapshot import ABROAD, INDIA
from apps.pricing.models import SellerKind
from apps.pricing.tax_numbers import gst_state

RUPEE: Final = "INR"
VERSION: Final = "1.1"
_UNTAXED_UNIT, _PIECES = "OTH", "NOS"
_STATE: Final = ("SGST", "UTGST")
# The longest texts; what is longer is cut.
_MOST: Final = {"LglNm": 100, "TrdNm": 100, "Addr1": 100, "Addr2": 100, "Loc": 50, "PrdDesc": 300}
_LEAST: Final = {"Addr2": 3, "TrdNm": 3}

Json = dict[str, Any]


def is_einvoice(document: Document) -> bool:
    """Whether it is one that the portal takes: a registered seller of India, a buyer with a GSTIN, taxed goods, rupees."""
    seller, buyer = document.data["seller"], document.data["buyer"]
    return (
        seller["country"] == INDIA
        and bool(seller["tax_number"])
        and seller["scheme"] == SellerKind.REGULAR
        and bool(buyer.get("gstin"))
        and document.data["place_of_supply"].get("code") not in ("", ABROAD, None)
        and document.currency == RUPEE
        and any(line["parts"] for line in document.data["lines"])
    )


def make_payload(document: Document) -> Json:
    """The JSON of a document for which `is_einvoice` holds. `faults_of` says what the portal would refuse."""
    data = document.data
    lines = [read_line(stored) for stored in data["lines"]]
    items = [_item(place, line) for place, line in enumerate(filter(_is_taxed, lines), 1)]
    found: Json = {
        "Version": VERSION,
        "TranDtls": {"TaxSch": "GST", "SupTyp": "B2B", "RegRev": "N", "IgstOnIntra": "N"},
        "DocDtls": {
            "Typ": "CRN" if document.is_credit_note else "INV",
            "No": document.number.upper(),
            "Dt": _day(document.issued_on),
        },
        "SellerDtls": _seller(data["seller"]),
        "BuyerDtls": _buyer(data["buyer"], data["place_of_supply"]["code"]),
        "ItemList": items,
        "ValDtls": _values(items, lines),
    }
    shipping = _shipping(data["buyer"])
    if shipping:
        found["ShipDtls"] = shipping
    if data["invoice"]:
        day = date.fromisoformat(data["invoice"]["issued_on"])
        reference = {"InvNo": data["invoice"]["number"].upper(), "InvDt": _day(day)}
        found["RefDtls"] = {"PrecDocDtls": [reference]}
    return found


def _is_taxed(line: DocumentLine) -> bool:
    return bool(line.parts)


def _seller(seller: Mapping[str, Any]) -> Json:
    return {
        "Gstin": seller["tax_number"],
        **_texts(LglNm=seller["name"], TrdNm=seller["shop"]),
        **_place(seller["address"], seller["tax_number"][:2]),
    }


def _buyer(buyer: Mapping[str, Any], place_of_supply: str) -> Json:
    return {
        "Gstin": buyer["gstin"],
        **_texts(LglNm=buyer["name"]),
        "Pos": place_of_supply,
        **_place(buyer["billing_address"], buyer["gstin"][:2]),
    }


def _shipping(buyer: Mapping[str, Any]) -> Json:
    """Where it is sent, if that is another address."""
    address = buyer["shipping_address"]
    if not address or address == buyer["billing_address"]:
        return {}
    named = _texts(LglNm=str(address.get("name") or buyer["name"]))
    return {**named, **_place(address, gst_state(str(address.get("region") or "")))}


def _place(address: Mapping[str, Any], state: str) -> Json:
    pin = str(address.get("postal_code") or "").replace(" ", "")
    return {
        **_texts(
            Addr1=str(address.get("line1") or ""),
            Addr2=str(address.get("line2") or ""),
            Loc=str(address.get("city") or ""),
        ),
        "Pin": int(pin) if pin.isascii() and pin.isdigit() else 0,
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


def _values(items: Sequence[Json], lines: Iterable[DocumentLine]) -> Json:
    lines = list(lines)
    untaxed = sum(line.total_minor for line in lines if not line.parts)
    return {
        "AssVal": _sum(items, "AssAmt"),
        "CgstVal": _sum(items, "CgstAmt"),
        "SgstVal": _sum(items, "SgstAmt"),
        "IgstVal": _sum(items, "IgstAmt"),
        "OthChrg": rupees(untaxed),
        "RndOffAmt": 0.0,
        "TotInvVal": rupees(sum(line.total_minor for line in lines)),
    }


def _sum(items: Iterable[Json], name: str) -> float:
    return float(sum((Decimal(str(item[name])) for item in items), Decimal(0)))


def rupees(minor: int) -> float:
    return float(from_minor(minor, RUPEE).amount)


def _day(value: date) -> str:
    return value.strftime("%d/%m/%Y")
