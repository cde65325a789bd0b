"""Exchanges: goods in place of the returned ones, as an order of its own.

Wished with the request, reserved with its approval, ordered with the inspection: the value of what came back pays for it, the
buyer pays a difference on the order's page, or gets it back. An order that is not paid in time is cancelled as any other,
and the value goes back to the buyer.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Protocol

from django.utils.translation import gettext

from apps.catalog.selectors import SaleableLine, full_title, read_lines
from apps.common.actor import Actor
from apps.common.clock import now
from apps.common.ids import new_id
from apps.gateways.installed import booked_by_staff
from apps.inventory import services as inventory
from apps.inventory.errors import OutOfStock
from apps.orders import services as orders
from apps.orders.models import Order
from apps.orders.states import HELD, OrderPaymentState
from apps.orders.worth import Worth
from apps.payments import services as payments
from apps.payments.credits import credits_of
from apps.payments.refundable import list_refundable
from apps.payments.selectors import list_payment_methods
from apps.payments.states import RefundTo
from apps.returns.errors import ExchangeUnavailable
from apps.returns.models import Exchange, ExchangeLine, ReturnLine, ReturnRequest
from apps.returns.offers import groups_of_order
from apps.returns.replacing import price_replacement
from apps.returns.selectors import get_return_settings
from apps.returns.services.booking import Booked
from apps.returns.services.history import move_exchange, record
from apps.returns.states import ExchangeState


class Choice(Protocol):
    """What is wanted for a line."""

    @property
    def variant_ref(self) -> str: ...


def wish_exchange(
    request: ReturnRequest, wanted: Sequence[tuple[ReturnLine, Choice]], *, by_staff: bool
) -> Exchange:
    """Note the wanted variants at today's prices: of the same product, for staff of any. Raises `ExchangeUnavailable`."""
    if not (by_staff or get_return_settings().offers_exchange):
        raise ExchangeUnavailable(gettext("This store does not exchange goods."))
    offers = read_lines([choice.variant_ref for _, choice in wanted], request.currency)
    groups = groups_of_order(request.order_id)
    exchange = Exchange.objects.create(request=request, order_ref=new_id())
    for line, choice in wanted:
        item = offers.get(choice.variant_ref)
        if item is not None:
            item = item.for_buyer(line.order_line.quantity, groups)
        price = item.unit_price_minor if item is not None else None
        if item is None or price is None or not _fits(item, line, by_staff=by_staff):
            sentence = gettext("Choose what you want for %(title)s.") % {
                "title": line.order_line.title
            }
            raise ExchangeUnavailable(sentence)
        ExchangeLine.objects.create(
            exchange=exchange,
            return_line=line,
            product_ref=item.product_ref,
            variant_ref=item.variant_ref,
            sku=item.sku,
            title=item.title,
            variant_title=item.variant_title,
            image_url=item.image_url,
            tax_class=item.tax_class,
            hsn_code=item.hsn_code,
            weight_grams=item.weight_grams,
            unit_price_minor=price,
        )
    return exchange


def reserve_exchange(request: ReturnRequest, actor: Actor) -> None:
    """Reserve the stock of a wished exchange. Both rows are locked. Raises `OutOfStock`, `ExchangeUnavailable`."""
    exchange = _lock(request, ExchangeState.WISHED)
    if exchange is None:
        return
    _require_gateway(exchange)
    rows = list(exchange.lines.select_related("return_line"))
    _reserve(exchange, rows, {row.pk: row.return_line.quantity for row in rows}, actor)
    move_exchange(exchange, ExchangeState.RESERVED)
    record(request, "exchange.reserved", actor)


def cancel_exchange(request: ReturnRequest, actor: Actor) -> None:
    """Give up an exchange before it is ordered, and free its stock. The request is locked."""
    exchange = Exchange.objects.select_for_update().filter(request=request).first()
    if exchange is None or exchange.state not in (ExchangeState.WISHED, ExchangeState.RESERVED):
        return
    if exchange.state == ExchangeState.RESERVED:
        inventory.release_stock(order_ref=exchange.order_ref, actor=actor)
    move_exchange(exchange, ExchangeState.CANCELLED)
    record(request, "exchange.cancelled", actor)


def place_replacement(order: Order, request: ReturnRequest, booked: Booked, actor: Actor) -> bool:
    """Make the replacement order of a reserved exchange and pay for it with what came back. False without one.

    Both rows are locked. Only accepted pieces are replaced.
    """
    exchange = _lock(request, ExchangeState.RESERVED)
    if exchange is None:
        return False
    rows = list(exchange.lines.select_related("return_line__order_line"))
    accepted = [row for row in rows if row.return_line.accepted]
    if not accepted:
        cancel_exchange(request, actor)
        return False
    _fit_stock(exchange, rows, actor)
    new = _make_order(order, exchange, accepted, actor)
    value = min(booked.value_minor, _value_left(order))
    moved = min(value, new.total_minor)
    _pay(order, new, request, booked.worth, moved, actor)
    if value > moved:
        payments.refund_part(
            order=order,
            amount_minor=value - moved,
            worth=booked.worth - booked.worth.share(moved),
            reason=gettext("Exchange: the replacement costs less"),
            request_key=f"{request.number}-rest",
            destination=RefundTo(request.destination),
            actor=actor,
        )
    request.moved_minor, request.refund_minor = moved, value - moved
    exchange.order = new
    move_exchange(exchange, ExchangeState.PLACED if _is_covered(new) else ExchangeState.UNPAID)
    for each, kind, other in ((order, "order.exchanged", new), (new, "order.exchange_of", order)):
        orders.lock_order(each)
        orders.note_return(order=each, kind=kind, number=other.number, actor=actor)
    record(request, "exchange.ordered", actor, order=new.number)
    return True


def follow_replacement(request: ReturnRequest, actor: Actor) -> None:
    """The replacement was paid, or cancelled because it was not. The request is locked. Repeatable."""
    exchange = _lock(request, ExchangeState.UNPAID)
    if exchange is None or exchange.order is None:
        return
    if exchange.order.is_cancelled:
        move_exchange(exchange, ExchangeState.EXPIRED)
        record(request, "exchange.expired", actor, order=exchange.order.number)
    elif _is_covered(exchange.order):
        move_exchange(exchange, ExchangeState.PLACED)
        record(request, "exchange.placed", actor, order=exchange.order.number)


def _lock(request: ReturnRequest, state: ExchangeState) -> Exchange | None:
    return Exchange.objects.select_for_update().filter(request=request, state=state).first()


def _fits(item: SaleableLine, line: ReturnLine, *, by_staff: bool) -> bool:
    if (
        not item.is_saleable or item.is_digital or item.parts
    ):  # bundles come back, but are no choice
        return False
    return by_staff or item.product_ref == line.order_line.product_ref


def _reserve(
    exchange: Exchange,
    rows: Sequence[ExchangeLine],
    quantities: Mapping[object, int],
    actor: Actor,
) -> None:
    demand: dict[str, int] = {}
    for row in rows:
        demand[row.variant_ref] = demand.get(row.variant_ref, 0) + quantities[row.pk]
    try:
        inventory.reserve_stock(
            order_ref=exchange.order_ref,
            demand=demand,
            address=exchange.request.order.shipping_address,
            takes_backorders=False,
            actor=actor,
        )
    except OutOfStock as short:
        names = {row.variant_ref: full_title(row.title, row.variant_title) for row in rows}
        skus = {row.variant_ref: row.sku for row in rows}
        raise short.called(skus=skus, names=names) from short


def _fit_stock(exchange: Exchange, rows: Sequence[ExchangeLine], actor: Actor) -> None:
    """Reserve again when fewer pieces were accepted than are reserved: a reservation is for an order as a whole."""
    if all(row.return_line.accepted == row.return_line.quantity for row in rows):
        return
    inventory.release_stock(order_ref=exchange.order_ref, actor=actor)
    exchange.order_ref = new_id()
    _reserve(exchange, rows, {row.pk: row.return_line.accepted for row in rows}, actor)


def _make_order(
    order: Order, exchange: Exchange, rows: Sequence[ExchangeLine], actor: Actor
) -> Order:
    """To the address of the first order, without a delivery cost."""
    return orders.create_order(
        checkout_id=exchange.order_ref,
        cart_ref="",
        priced=price_replacement(
            order, [(row, row.return_line.accepted, _given_before(row)) for row in rows]
        ),
        buyer=orders.Buyer(
            email=order.email,
            phone=order.phone,
            customer_id=order.customer_id,
            company=order.company,
            tax_number=order.tax_number,
            tax_evidence=order.tax_evidence or {},
        ),
        shipping_address=order.shipping_address,
        billing_address=order.billing_address,
        shipping_method=None,
        language=order.language,
        payment_state=OrderPaymentState.UNPAID,
        actor=actor,
    )


def _given_before(row: ExchangeLine) -> int:
    """How many pieces of the line had been given back before those of this request."""
    line = row.return_line
    line.order_line.refresh_from_db()
    return line.order_line.given_quantity - line.accepted


def _pay(
    order: Order, new: Order, request: ReturnRequest, worth: Worth, moved: int, actor: Actor
) -> None:
    if not new.total_minor:
        payments.settle_free_order(order=new)
        inventory.allocate_stock(order_ref=new.pk)
        return
    orders.lock_order(new)
    rest = new.total_minor > moved
    payments.pay_with_goods(
        source=order,
        target=new,
        amount_minor=moved,
        worth=worth,
        reason=gettext("Exchange for order %(number)s") % {"number": new.number},
        request_key=f"exchange-{request.number}",
        actor=actor,
        gateway_code=_online_gateway() if rest else "",
        rest_expires_at=now() + timedelta(days=get_return_settings().exchange_days),
    )


def _value_left(order: Order) -> int:
    """What can still be given back of the order, by all its payments."""
    refundable = sum(payment.refundable_minor for payment in list_refundable(order))
    return min(refundable, credits_of(order).left.total_minor)


def _is_covered(order: Order) -> bool:
    order.refresh_from_db()
    return order.paid_at is not None or order.payment_state in HELD


def _require_gateway(exchange: Exchange) -> None:
    """A difference needs a way to pay it."""
    dearer = any(
        row.unit_price_minor > row.return_line.order_line.unit_price_minor
        for row in exchange.lines.select_related("return_line__order_line")
    )
    if dearer:
        _online_gateway()


def _online_gateway() -> str:
    slow = booked_by_staff()
    methods = [method.code for method in list_payment_methods() if not method.pays_on_delivery]
    for code in sorted(methods, key=lambda code: code in slow):  # a transfer where nothing else is
        return code
    raise ExchangeUnavailable(
        gettext("The replacement costs more, and this store offers no payment online.")
    )
