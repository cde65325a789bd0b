"""An order of ours as EasyEcom takes it. Its amounts add up to what the buyer pays, whatever rounding makes of a piece."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

import orjson

from apps.catalog.selectors import read_lines
from apps.common.addresses import country_name, region_name
from apps.common.money import allocate, from_minor
from apps.common.text import line_of
from apps.easyecom.client import stamp
from apps.easyecom.options import RETAIL, Options
from apps.fulfilment.selectors import cash_to_collect
from apps.orders.models import Order, OrderLine
from apps.orders.states import AWAITS_CASH
from apps.orders.worth import worth_of_pieces
from apps.payments.selectors import get_payment_of

_INDIA: Final = "+91"
_DUE_AT: Final = "18:00:00"


@dataclass(frozen=True)
class Item:
    """Pieces of a line at one price and one discount each, both in minor units."""

    line: OrderLine
    ref: str
    quantity: int
    price_minor: int
    discount_minor: int

    @property
    def total_minor(self) -> int:
        return self.quantity * (self.price_minor - self.discount_minor)


def is_sent_there(line: OrderLine) -> bool:
    """Whether pieces of the line are to leave a warehouse."""
    return bool(line.open_quantity and not line.is_digital and not line.is_fee)


def summary_of(order: Order, lines: Iterable[OrderLine]) -> dict[str, Any]:
    """What EasyEcom is to send, and where to: kept to see later what has changed."""
    pieces: dict[str, int] = {}
    for line in lines:
        wanted = line.quantity - line.cancelled_quantity
        if wanted and not line.is_digital and not line.is_fee:
            pieces[line.sku] = pieces.get(line.sku, 0) + wanted
    address = orjson.dumps(order.shipping_address, option=orjson.OPT_SORT_KEYS)
    return {"pieces": pieces, "address": sha256(address).hexdigest()[:16]}


def build_order(order: Order, lines: Iterable[OrderLine], options: Options) -> dict[str, Any]:
    """The body of createOrder."""
    sent = [line for line in lines if is_sent_there(line)]
    items = [item for line in sent for item in _items_of(order, line)]
    is_cash = order.payment_state in AWAITS_CASH
    shipping = order.shipping_minor + (0 if order.prices_include_tax else order.shipping_tax_minor)
    there = sum(item.total_minor for item in items) + shipping + order.fee_total_minor
    # what else is in an order that is paid at the door: parts that a card has paid, or downloads
    gap = there - cash_to_collect(order) if is_cash else 0
    discount = sum(item.quantity * item.discount_minor for item in items)
    payment = get_payment_of(order)

    def amount(minor: int) -> float | int:
        number = from_minor(minor, order.currency).amount
        return int(number) if number == int(number) else float(number)

    return {
        "orderType": options.business_type if order.tax_number else RETAIL,
        "marketplaceId": options.marketplace_id,
        "orderNumber": order.number,
        "orderDate": stamp(order.placed_at),
        "expDeliveryDate": f"{order.expected_until} {_DUE_AT}" if order.expected_until else "",
        "remarks1": line_of(order.note, most=200),
        "shippingCost": amount(shipping),
        "discount": amount(discount),
        "walletDiscount": amount(max(gap, 0)),
        "promoCodeDiscount": amount(discount),
        "prepaidDiscount": 0,
        "codCharges": amount(order.fee_total_minor + max(-gap, 0)),
        "paymentMode": options.cash_mode if is_cash else options.prepaid_mode,
        "paymentGateway": payment.gateway if payment and not is_cash else "",
        "paymentTransactionNumber": payment.gateway_ref if payment and not is_cash else "",
        "shippingMethod": options.shipping_method,
        "is_market_shipped": 0,
        "packageWeight": _weight_of(order, sent),
        "packageLength": 0,
        "packageWidth": 0,
        "packageHeight": 0,
        "items": [_item_of(item, amount) for item in items],
        "customer": [_customer_of(order)],
    }


def _item_of(item: Item, amount: Callable[[int], float | int]) -> dict[str, Any]:
    return {
        "OrderItemId": item.ref,
        "Sku": item.line.sku,
        "productName": _name_of(item.line),
        "Quantity": str(item.quantity),
        "Price": amount(item.price_minor),
        "itemDiscount": amount(item.discount_minor),
        "custom_fields": [],
    }


def _items_of(order: Order, line: OrderLine) -> list[Item]:
    """The open pieces of a line. A discount that does not divide among them makes two items of it."""
    count = line.open_quantity
    total = worth_of_pieces(line, count).total_minor
    price = max(allocate(total, [1] * count))
    if order.prices_include_tax:
        price = max(price, line.unit_price_minor)
    discounts = Counter(allocate(price * count - total, [1] * count))
    ref = f"{order.number}-{line.position}"
    return [
        Item(line, ref if not place else f"{ref}-{place + 1}", pieces, price, discount)
        for place, (discount, pieces) in enumerate(sorted(discounts.items()))
    ]


def _name_of(line: OrderLine) -> str:
    return f"{line.title} {line.variant_title}".strip()[:250]


def _weight_of(order: Order, lines: Iterable[OrderLine]) -> int:
    """In grams; of what is still in the catalog."""
    pieces = {line.variant_ref: line.open_quantity for line in lines}
    known = read_lines(list(pieces), order.currency)
    return sum(known[ref].weight_grams * count for ref, count in pieces.items() if ref in known)


def _customer_of(order: Order) -> dict[str, Any]:
    return {
        "gst_number": order.tax_number,
        "billing": _address_of(order, order.billing_address or order.shipping_address),
        "shipping": _address_of(order, order.shipping_address),
    }


def _address_of(order: Order, address: Mapping[str, Any]) -> dict[str, str]:
    def text(name: str) -> str:
        return str(address.get(name) or "")

    country = text("country")
    phone = (text("phone") or order.phone).partition(";")[0].replace(" ", "")  # no extension
    return {
        "name": text("name") or order.company,
        "addressLine1": text("line1"),
        "addressLine2": text("line2"),
        "postalCode": text("postal_code").replace(" ", "")
        if country == "IN"
        else text("postal_code"),
        "city": text("city"),
        "state": region_name(country, text("region"), "en"),
        "country": country_name(country, "en"),
        "contact": phone.removeprefix(_INDIA),
        "email": order.email,
    }
