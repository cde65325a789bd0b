"""Books inspected pieces: parcels, stock, and what is given back for them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from django.utils.translation import gettext

from apps.common.actor import Actor
from apps.common.money import format_money, from_minor
from apps.common.typed_text import Line, cleans_text
from apps.fulfilment import services as fulfilment
from apps.fulfilment.models import Shipment
from apps.fulfilment.selectors import shipping_left_to_credit
from apps.fulfilment.states import ShipmentState
from apps.orders import services as orders
from apps.orders.models import Order
from apps.orders.worth import NOTHING, Worth, worth_of_pieces
from apps.payments.credits import credits_of
from apps.payments.selectors import get_refundable_minor
from apps.payments.states import RefundTo
from apps.returns.errors import InvalidRequest, ReturnIsOver
from apps.returns.models import Exchange, ReturnLine, ReturnReceipt, ReturnRequest
from apps.returns.replacing import restocking_fee
from apps.returns.states import ExchangeState
from apps.tenancy.context import current_store


@dataclass(frozen=True)
class Booked:
    """What the accepted pieces are worth, what the store keeps of it, and what was asked to go back."""

    worth: Worth = NOTHING
    kept_minor: int = 0
    refunded_minor: int = 0

    @property
    def value_minor(self) -> int:
        return self.worth.total_minor - self.kept_minor


@dataclass
class _Share:
    """The accepted pieces that left in one parcel, by line of the order."""

    shipment: Shipment
    pieces: dict[UUID, fulfilment.Pieces]
    worth: Worth = NOTHING


@cleans_text
def book_parcels(
    *,
    order: Order,
    request: ReturnRequest,
    lines: Sequence[ReturnLine],
    deduction_minor: int,
    reason: Annotated[str, Line(200)],
    actor: Actor,
) -> Booked:
    """Book the accepted pieces as returned, parcel by parcel, with the refund unless a replacement is reserved.

    The order and the request are locked. Raises `ReturnIsOver` when so many pieces are not with the buyer any more,
    `InvalidRequest` on a deduction above what would go back.
    """
    shares, goods = _spread(order, lines)
    is_exchange = Exchange.objects.filter(request=request, state=ExchangeState.RESERVED).exists()
    is_whole = request.refunds_shipping and _is_everything(order, lines)
    shipping = (
        shipping_left_to_credit(order, order.lines.all(), order.returns.all())
        if is_whole and shares and not is_exchange
        else NOTHING
    )
    worth = goods + shipping
    kept = _kept(request, lines, worth, deduction_minor)
    left, refunded = worth.total_minor - kept, 0
    for place, share in enumerate(shares):
        is_last = place == len(shares) - 1
        most = share.worth.total_minor + (shipping.total_minor if is_last else 0)
        amount = min(left, most, _refundable(order))
        credit = fulfilment.Credit(
            amount,
            with_shipping=is_last and bool(shipping.total_minor),
            destination=RefundTo(request.destination),
        )
        row = fulfilment.receive_return(
            shipment=share.shipment,
            lines=share.pieces,
            credit=None if is_exchange or not amount else credit,
            reason=reason or request.lines.values_list("reason", flat=True)[0],
            request_key=f"{request.number}-{share.shipment.number}",
            actor=actor,
        )
        ReturnReceipt.objects.get_or_create(request=request, parcel_return=row)
        refunded += row.credited_minor
        left -= row.credited_minor
    orders.lock_order(order)
    return Booked(worth, kept, refunded)


def _kept(
    request: ReturnRequest, lines: Iterable[ReturnLine], worth: Worth, deduction_minor: int
) -> int:
    """The restocking fee and the deduction. What would exceed the worth is an error: a booking is final."""
    pieces = [(line, line.accepted) for line in lines]
    fee = min(restocking_fee(request, pieces), worth.total_minor)
    most = worth.total_minor - fee
    if deduction_minor > most:
        language = current_store().language
        sentence = gettext(
            "At most %(most)s can be kept of the refund. What came back is worth %(worth)s, and the fee is %(fee)s."
        ) % {
            name: format_money(from_minor(amount, request.currency), language)
            for name, amount in (("most", most), ("worth", worth.total_minor), ("fee", fee))
        }
        raise InvalidRequest(sentence, fields={"deduction": [sentence]})
    return fee + deduction_minor


def _refundable(order: Order) -> int:
    return min(get_refundable_minor(order), credits_of(order).left.total_minor)


def _spread(order: Order, lines: Iterable[ReturnLine]) -> tuple[list[_Share], Worth]:
    """The accepted pieces over the delivered parcels, oldest first, and their worth."""
    parcels = Shipment.objects.filter(order=order, state=ShipmentState.DELIVERED)
    shares = [
        _Share(each, {}) for each in parcels.prefetch_related("lines").order_by("created_at", "id")
    ]
    total = NOTHING
    for line in lines:
        restock, write_off = line.restocked, line.written_off
        given = line.order_line.given_quantity
        for share in shares:
            out = sum(
                each.out_quantity
                for each in share.shipment.lines.all()
                if each.order_line_id == line.order_line_id
            )
            good = min(restock, out)
            broken = min(write_off, out - good)
            if not good + broken:
                continue
            restock, write_off = restock - good, write_off - broken
            share.pieces[line.order_line_id] = fulfilment.Pieces(good, broken)
            worth = worth_of_pieces(line.order_line, good + broken, after=given)
            given += good + broken
            share.worth += worth
            total += worth
        if restock or write_off:
            raise ReturnIsOver
    return [share for share in shares if share.pieces], total


def _is_everything(order: Order, lines: Sequence[ReturnLine]) -> bool:
    """Whether the buyer keeps nothing of what is sent in parcels, and nothing is still to be sent."""
    accepted = {line.order_line_id: line.accepted for line in lines}
    physical = [line for line in order.lines.all() if not line.is_digital]
    return all(
        not line.open_quantity and line.kept_quantity == accepted.get(line.pk, 0)
        for line in physical
    )
