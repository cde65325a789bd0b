"""Delivered orders and requests about them, for the tests of returns."""

from collections.abc import Sequence
from typing import Any

from apps.catalog import services as catalog
from apps.catalog.inputs import OptionInput, PriceInput, ProductInput, VariantInput
from apps.common.ids import random_token
from apps.events.services import relay_outbox
from apps.inventory import services as inventory
from apps.inventory.selectors import check_ledger
from apps.orders.models import Order
from apps.returns import services as returns
from apps.returns.models import ReturnReason, ReturnRequest
from apps.returns.services import Findings, Wanted
from apps.returns.states import Wish
from apps.tenancy.context import current_store, use_actor
from tests.checkout.shop import Goods, assert_adds_up
from tests.fulfilment.parcels import buy, deliver, ship
from tests.support.acting import GUEST, STAFF, SYSTEM


@use_actor(SYSTEM)
def make_sizes(*prices: int, stock: int = 10) -> list[Goods]:
    """A product with a variant for each price."""
    names = [f"Size {number}" for number in range(len(prices))]
    code = random_token()[:8].upper().replace("_", "X").replace("-", "X")
    product = catalog.save_product(
        data=ProductInput(
            title=f"Shirt {code}",
            status="active",
            options=[OptionInput(name="Size", values=names)],
            variants=[
                VariantInput(
                    sku=f"{code}-{name[-1]}",
                    option_values={"Size": name},
                    prices=[PriceInput(currency=current_store().currency, amount_minor=price)],
                )
                for name, price in zip(names, prices, strict=True)
            ],
        )
    )
    for variant in product.variants:
        inventory.receive_stock(variant_ref=variant.id, sku=variant.sku, quantity=stock)
    return [Goods(product, variant.id, variant.sku) for variant in product.variants]


def delivered(*goods: Goods, quantity: int = 2, **more: Any) -> Order:
    order = buy(*goods, quantity=quantity, **more)
    deliver(ship(order))
    order.refresh_from_db()
    return order


@use_actor(SYSTEM)
def ask(
    order: Order,
    *quantities: int,
    variants: Sequence[Goods] = (),
    reason: str = "",
    actor: Any = GUEST,
    **more: Any,
) -> ReturnRequest:
    """So many pieces of each line; with `variants` in exchange for these."""
    found = ReturnReason.objects.filter(name=reason) if reason else ReturnReason.objects.all()
    wanted = [
        Wanted(
            line_id=line.pk,
            quantity=quantity,
            reason_id=found[0].pk,
            variant_ref=variants[place].variant_ref if variants else "",
        )
        for place, (line, quantity) in enumerate(
            zip(order.lines.order_by("position"), quantities, strict=False)
        )
        if quantity
    ]
    wish = Wish.EXCHANGE if variants else Wish.REFUND
    return returns.request_return(order=order, lines=wanted, wish=wish, actor=actor, **more)


@use_actor(STAFF)
def approve(request: ReturnRequest) -> ReturnRequest:
    return returns.approve_return(request=request, actor=STAFF)


@use_actor(STAFF)
def receive(request: ReturnRequest, *pieces: int, key: str = "") -> ReturnRequest:
    lines = request.lines.order_by("order_line__position")
    counts = {line.pk: count for line, count in zip(lines, pieces, strict=False)}
    return returns.receive_pieces(request=request, pieces=counts, actor=STAFF, request_key=key)


@use_actor(STAFF)
def inspect(request: ReturnRequest, *findings: Findings, **more: Any) -> ReturnRequest:
    """Without findings everything that arrived is good."""
    lines = list(request.lines.order_by("order_line__position"))
    found = findings or [Findings(restock=line.received) for line in lines]
    by_line = {line.pk: each for line, each in zip(lines, found, strict=True)}
    return returns.inspect_return(request=request, findings=by_line, actor=STAFF, **more)


def through(request: ReturnRequest, *pieces: int) -> ReturnRequest:
    """Approved, arrived whole and inspected as good."""
    receive(approve(request), *(pieces or [line.quantity for line in request.lines.all()]))
    return inspect(request)


@use_actor(SYSTEM)
def settle(*orders: Order) -> None:
    """Refunds go out, mails are written; everything must add up."""
    relay_outbox()
    for order in orders:
        order.refresh_from_db()
        assert_adds_up(order)
        assert not order.lines.filter(requested_quantity__lt=0).exists()
    assert check_ledger() == []
