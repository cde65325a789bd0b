"""The tax rules of today for the buyer of an order that was placed before."""

from collections.abc import Mapping
from typing import Any

from apps.orders.models import Order
from apps.pricing.buyer_numbers import NO_NUMBER, read_tax_number
from apps.pricing.errors import WrongTaxNumber
from apps.pricing.rules import TaxRules
from apps.pricing.selectors import get_tax_rules_for
from apps.pricing.treatments import TaxBuyer


def taxes_of_order(order: Order, place: Mapping[str, Any] | None = None) -> TaxRules:
    """Without tax only if the order was. `place`: the address it is sent to, if that is not the order's."""
    billing = order.billing_address
    where = order.shipping_address if place is None else place
    try:
        number = read_tax_number(
            order.tax_number,
            country=str(billing.get("country") or ""),
            region=str(billing.get("region") or ""),
        )
    except WrongTaxNumber:
        number = NO_NUMBER
    buyer = TaxBuyer(number, is_doubtful=not order.tax_treatment)
    return get_tax_rules_for(
        str(where.get("country") or ""), str(where.get("region") or ""), buyer=buyer
    )
