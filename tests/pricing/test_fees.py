"""The fee for a way of paying: taxed as the delivery is."""

from decimal import Decimal

from apps.pricing.models import ShippingMethod
from apps.pricing.rules import AppliedRate, TaxRules
from apps.pricing.services import price_order
from tests.pricing.lines import line

GST = AppliedRate("GST", Decimal(18), ("CGST", "SGST"))


def test_a_fee_with_gst_as_it_is_computed_by_hand() -> None:
    """INR 1,180.00 of goods, 59.00 delivery and 49.00 fee, all with 18 % contained: 1,288.00 * 18 / 118 = 196.47 of tax.

    CGST and SGST are half each, rounded by themselves: 1,288.00 * 9 / 118 = 98.237..., so 98.24. Of these the fee's
    share is 49 / 1288 of 98.24 = 3.737..., so 3.74.
    """
    order = price_order(
        lines=[line(118_000)],
        shipping_method=ShippingMethod(code="s", currency="INR", amount_minor=5_900),
        address={},
        currency="INR",
        taxes=TaxRules(True, rates={"standard": GST}),
        fee_minor=4_900,
    )
    assert (order.total_minor, order.tax_minor) == (128_800, 19_648)
    assert order.fee_total_minor == 4_900
    assert [(part.name, part.amount_minor) for part in order.fee_tax_components] == [
        ("CGST", 374),
        ("SGST", 374),
    ]


def test_a_fee_on_top_of_which_tax_comes() -> None:
    """100.00 of goods and a fee of 5.00 at 8.875 %: 105.00 * 0.08875 = 9.31875, so 9.32; total 114.32."""
    order = price_order(
        lines=[line(10_000)],
        shipping_method=None,
        address={},
        currency="INR",
        taxes=TaxRules(False, rates={"standard": AppliedRate("Sales tax", Decimal("8.875"))}),
        fee_minor=500,
    )
    assert (order.tax_minor, order.total_minor) == (932, 11_432)
    assert order.fee_total_minor == 500 + order.fee_tax_minor == 544
