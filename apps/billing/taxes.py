"""The tax of an invoice to a merchant.

A seller in India with a GSTIN: central and state tax for a merchant in its own state (also for one whose state is not known:
section 12(2) of the IGST Act), integrated tax for one in another state, none for one abroad (an export under letter of
undertaking, section 16). Other sellers' invoices bear no tax.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext_noop

from apps.common.addresses import find_region, region_key, region_name
from apps.common.money import part_of
from apps.pricing.rules import percent_text
from apps.pricing.tax_numbers import gst_state
from apps.pricing.territories import local_tax_names

INDIA: Final = "IN"
ABROAD: Final = "96"
EXPORT_WORDS: Final = gettext_noop(
    "Supply meant for export under letter of undertaking without payment of integrated tax."
)
_STEPS: Final = 100  # of a percent


@dataclass(frozen=True)
class Taxes:
    """`rows` by part, `place` of supply (code and name), and the sentence that the law wants."""

    rows: tuple[dict[str, Any], ...] = ()
    place: tuple[str, str] = ("", "")
    words: str = ""
    title: str = "invoice"

    @property
    def total_minor(self) -> int:
        return sum(row["amount_minor"] for row in self.rows)


def tax_of(
    net_minor: int, *, seller: Mapping[str, Any], payer: Mapping[str, Any], percent: Decimal
) -> Taxes:
    """The tax on top of `net_minor`. Each part is rounded by itself, a half up, so that CGST and SGST are equal."""
    if seller["country"] != INDIA or not seller["tax_number"]:
        return Taxes()
    if payer["country"] != INDIA:
        return Taxes(place=(ABROAD, str(payer["country"])), words=EXPORT_WORDS, title="tax_invoice")
    own, region = str(seller["region"]), str(payer["region"])
    found = find_region(INDIA, region) if region else None
    is_inside = found is None or region_key(INDIA, region) == region_key(INDIA, own)
    supplied = own if found is None else region
    names = local_tax_names(own) if is_inside else ("IGST",)
    part = percent / len(names)
    share, whole = int(percent * _STEPS), 100 * _STEPS * len(names)
    rows = [
        {
            "name": name,
            "percent": percent_text(part),
            "net_minor": net_minor,
            "amount_minor": part_of(net_minor, share, whole),
        }
        for name in names
    ]
    place = (gst_state(supplied), region_name(INDIA, supplied))
    return Taxes(rows=tuple(rows), place=place, title="tax_invoice")
