"""Creates an order in the transaction of the checkout, together with its stock and its payment."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Annotated, Any, Final
from uuid import UUID

from django.db import transaction

from apps.catalog.selectors import LinePart
from apps.common.actor import Actor
from apps.common.clock import now, today
from apps.common.ids import public_number
from apps.common.typed_text import Block, cleans_text
from apps.inventory.bundles import sum_pieces
from apps.inventory.queue import Waiting, take_waiting
from apps.orders.models import Order, OrderEvent, OrderLine
from apps.orders.services.history import event_values
from apps.orders.states import OrderPaymentState, derive_status
from apps.pricing.models import ShippingMethod
from apps.pricing.services import PricedLine, PricedOrder
from apps.tenancy.inserting import insert_values
from apps.tenancy.prepared import insert_rows

_FACTS: Final = ("subtotal_minor", "shipping_minor", "tax_minor", "total_minor")


@dataclass(frozen=True)
class Buyer:
    """Who buys. `customer_id` is None for a guest; `tax_evidence` is what was asked about the tax number."""

    email: str
    phone: str = ""
    customer_id: UUID | None = None
    company: str = ""
    tax_number: str = ""
    tax_evidence: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Confirmation:
    """What an order waits for before it can be shipped: `call` or `code`, and until when."""

    kind: str
    until: datetime


@cleans_text
def create_order(
    *,
    checkout_id: UUID,
    cart_ref: str,
    priced: PricedOrder,
    buyer: Buyer,
    shipping_address: Mapping[str, Any],
    billing_address: Mapping[str, Any],
    shipping_method: ShippingMethod | None,
    expected: tuple[date, date] | None = None,
    language: str,
    payment_state: OrderPaymentState = OrderPaymentState.UNPAID,
    note: Annotated[str, Block(1000)] = "",
    confirmation: Confirmation | None = None,
    awaited: Mapping[str, Waiting] | None = None,
    actor: Actor | None = None,
) -> Order:
    """Insert the order, its lines and its first event: three statements, whatever the number of lines.

    The order's key is the checkout id: a second call with the same one raises `IntegrityError`. So does, once in a
    million million orders, a number that another order has; the caller's transaction is to be tried again. `awaited`: the
    pieces that are not there yet, by variant.
    """
    with transaction.atomic(savepoint=False):
        order = Order(
            id=checkout_id,
            number=public_number(),
            language=language,
            cart_ref=cart_ref,
            shipping_address=dict(shipping_address),
            billing_address=dict(billing_address),
            needs_shipping=any(not line.is_digital for line in priced.lines),
            shipping_method_code=shipping_method.code if shipping_method else "",
            shipping_method_name=shipping_method.name[:120] if shipping_method else "",
            pickup=shipping_method.spot.as_json()
            if shipping_method and shipping_method.spot
            else None,
            expected_from=expected[0] if expected else None,
            expected_until=expected[1] if expected else None,
            gift_cards_until=_last_day_of_gifts(priced),
            note=note,
            payment_state=OrderPaymentState(payment_state),
            placed_at=now(),
            confirmation=confirmation.kind if confirmation else "",
            confirm_by=confirmation.until if confirmation else None,
            **asdict(buyer),
            **_amounts(priced),
        )
        _insert(order, priced, awaited or {}, actor)
    return order


def _last_day_of_gifts(priced: PricedOrder) -> date | None:
    """None where all its gift cards are sent at once."""
    days = (
        str(line.gift["deliver_on"])
        for line in priced.lines
        if line.gift and line.gift.get("deliver_on")
    )
    last = max(days, default="")
    return date.fromisoformat(last) if last > today().isoformat() else None


def _insert(
    order: Order, priced: PricedOrder, awaited: Mapping[str, Waiting], actor: Actor | None
) -> None:
    """The order, its lines, its first event: three statements."""
    states: dict[str, Any] = {
        "payment_state": str(order.payment_state),
        "fulfilment_state": str(order.fulfilment_state),
    }
    order.status = derive_status(**states, is_cancelled=False)
    order.event_count = 1
    event = event_values(
        order,
        kind="order.created",
        changes={**states, "confirm_by": order.confirm_by} if order.confirm_by else states,
        actor=actor,
        at=order.placed_at,
        facts={
            **{name: getattr(order, name) for name in _FACTS},
            "currency": order.currency,
        },
    )
    insert_rows([order])
    lines = [line_values(order, position, line) for position, line in enumerate(priced.lines)]
    _note_awaited(lines, awaited)
    insert_values(OrderLine, lines)
    insert_values(OrderEvent, [event])


def _amounts(priced: PricedOrder) -> dict[str, Any]:
    return {
        "currency": priced.currency,
        "prices_include_tax": priced.prices_include_tax,
        "subtotal_minor": priced.subtotal_minor,
        "discount_minor": priced.discount_minor,
        "discounts": [asdict(each) for each in priced.discounts],
        "shipping_minor": priced.shipping_minor,
        "shipping_tax_minor": priced.shipping_tax_minor,
        "fee_minor": priced.fee_minor,
        "fee_tax_components": [asdict(part) for part in priced.fee_tax_components] or None,
        "tax_minor": priced.tax_minor,
        "total_minor": priced.total_minor,
        "voucher_minor": priced.voucher_minor,
        "tax_components": [asdict(part) for part in priced.tax_components],
        "seller_tax_number": priced.seller_tax_number,
        "tax_treatment": priced.tax_treatment,
    }


def line_values(order: Order, position: int, line: PricedLine) -> dict[str, Any]:
    """The columns of a line that is sold."""
    return {
        "order_id": order.pk,
        "position": position,
        "product_ref": line.product_ref,
        "variant_ref": line.variant_ref,
        "sku": line.sku,
        "title": line.title,
        "variant_title": line.variant_title,
        "image_url": line.image_url,
        "is_digital": line.is_digital,
        "quantity": line.quantity,
        "unit_price_minor": line.unit_price_minor,
        "subtotal_minor": line.subtotal_minor,
        "discount_minor": line.discount_minor,
        "tax_minor": line.tax_minor,
        "tax_percent": line.tax_percent,
        "tax_name": line.tax_name,
        "tax_components": [asdict(part) for part in line.tax_components],
        "hsn_code": line.hsn_code,
        "total_minor": line.total_minor,
        "parts": [asdict(part) for part in line.parts] or None,
        "gift": None if line.gift is None else dict(line.gift),
    }


def note_awaited(*, lines: Sequence[OrderLine], awaited: Mapping[str, Waiting]) -> None:
    """Of lines that were added to an order, in the transaction that adds them."""
    values = [
        {"variant_ref": each.variant_ref, "parts": each.parts, "quantity": each.quantity}
        for each in lines
    ]
    _note_awaited(values, awaited)
    names = ("awaited_quantity", "awaited_until", "is_preorder")
    for line, found in zip(lines, values, strict=True):
        for name in names:
            setattr(line, name, found[name])
    if awaited:
        OrderLine.objects.bulk_update(lines, names)


def _note_awaited(lines: list[dict[str, Any]], awaited: Mapping[str, Waiting]) -> None:
    """Two lines may have the same variant: the last one waits first."""
    left = dict(awaited)
    for line in reversed(lines):
        parts = [LinePart(**part) for part in line["parts"] or ()]
        needs = sum_pieces([(line["variant_ref"], parts, 1)])
        waiting = take_waiting(left, needs, line["quantity"])
        line["awaited_quantity"] = waiting.quantity if waiting else 0
        line["awaited_until"] = waiting.expected_on if waiting else None
        line["is_preorder"] = waiting is not None and waiting.is_preorder
