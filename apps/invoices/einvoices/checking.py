"""What the portal would refuse of an e-invoice, before it is sent: the rules of the schema's fields, one sentence each."""

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext

from apps.invoices.einvoices.payload import UNREGISTERED
from apps.pricing.tax_numbers import fault_of_gstin

_NUMBER: Final = re.compile(r"[1-9A-Z][0-9A-Z/-]{0,15}", re.ASCII)
_CODE: Final = re.compile(r"\d{4}|\d{6}|\d{8}", re.ASCII)
_LEAST_PIN, _MOST_PIN = 100_000, 999_999
_MOST_ITEMS: Final = 1_000
_TOLERANCE: Final = Decimal(1)

Json = dict[str, Any]


def faults_of(payload: Json) -> list[str]:
    """Empty for one that follows the rules."""
    return [fault for check in (_head, _parties, _items, _sums) for fault in check(payload)]


def _head(payload: Json) -> Iterator[str]:
    number = payload["DocDtls"]["No"]
    if not _NUMBER.fullmatch(number):
        yield gettext("The portal takes no document number such as %(number)s.") % {
            "number": number
        }


def _parties(payload: Json) -> Iterator[str]:
    names: dict[str, Callable[[], str]] = {
        "SellerDtls": lambda: gettext("Seller"),
        "BuyerDtls": lambda: gettext("Buyer"),
        "ShipDtls": lambda: gettext("Delivery address"),
    }
    for key, name in names.items():
        party = payload.get(key)
        if party is not None:
            for fault in _party(party):
                yield f"{name()}: {fault}"


def _party(party: Json) -> Iterator[str]:
    gstin = party.get("Gstin", UNREGISTERED)
    if gstin != UNREGISTERED and (fault := fault_of_gstin(gstin)):
        yield fault
    if len(party["LglNm"]) < 3:
        yield gettext("The name has at least 3 characters.")
    if not party["Addr1"]:
        yield gettext("The street is missing.")
    if len(party["Loc"]) < 3:
        yield gettext("The city has at least 3 characters.")
    if not _LEAST_PIN <= party["Pin"] <= _MOST_PIN:
        yield gettext("The PIN code has six digits.")
    if not party["Stcd"]:
        yield gettext("The state is missing.")


def _items(payload: Json) -> Iterator[str]:
    items = payload["ItemList"]
    if not 1 <= len(items) <= _MOST_ITEMS:
        yield gettext("An e-invoice has 1 to 1,000 taxed lines, this has %(count)s.") % {
            "count": len(items)
        }
    is_to_zone = payload["TranDtls"]["SupTyp"] in ("SEZWP", "SEZWOP")  # always between states
    is_intra = not is_to_zone and payload["SellerDtls"]["Stcd"] == payload["BuyerDtls"]["Pos"]
    for item in items:
        label = {"title": item["PrdDesc"]}
        if not _CODE.fullmatch(item["HsnCd"]):
            yield gettext("%(title)s has no HSN or SAC code of 4, 6 or 8 digits.") % label
        if bool(item["IgstAmt"]) == is_intra and item["GstRt"] and _taxes_of(item):
            yield gettext("%(title)s has the taxes of another place of supply.") % label


def _sums(payload: Json) -> Iterator[str]:
    """The portal adds up again; a rupee is tolerated."""
    values = {name: _exact(value) for name, value in payload["ValDtls"].items()}
    items = sum((_exact(item["TotItemVal"]) for item in payload["ItemList"]), Decimal(0))
    taxed = values["AssVal"] + values["CgstVal"] + values["SgstVal"] + values["IgstVal"]
    total = items + values["OthChrg"] + values["RndOffAmt"]
    if abs(items - taxed) > _TOLERANCE or abs(total - values["TotInvVal"]) > _TOLERANCE:
        yield gettext("The sums don't add up.")


def _taxes_of(item: Json) -> Decimal:
    return _exact(item["IgstAmt"]) + _exact(item["CgstAmt"]) + _exact(item["SgstAmt"])


def _exact(value: float) -> Decimal:
    return Decimal(str(value))
