"""The stages of demo returns: each ends in another state, so that the list of returns has one of every kind."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from apps.common.actor import Actor
from apps.demo.services.stories import STAFF, delivered
from apps.demo.shops import Shop
from apps.orders.models import Order
from apps.returns import services as returns
from apps.returns.models import ReturnReason, ReturnRequest
from apps.returns.returnable import list_returnable
from apps.returns.services import Findings, Wanted
from apps.returns.states import Wish

_A_DAY: Final = timedelta(days=1)
_BUYER: Final = Actor.guest("demo")


def _ask(order: Order, *, is_swap: bool = False) -> ReturnRequest:
    """One piece of the first line that can come back; with `is_swap` for another of the same."""
    found = next(each for each in list_returnable(order) if each.most)
    reason = ReturnReason.objects.filter(is_active=True, needs_photo=False).first()
    line = found.line
    return returns.request_return(
        order=order,
        lines=[
            Wanted(
                line_id=line.pk,
                quantity=1,
                reason_id=reason.pk if reason is not None else None,
                variant_ref=line.variant_ref if is_swap else "",
            )
        ],
        wish=Wish.EXCHANGE if is_swap else Wish.REFUND,
        actor=_BUYER,
    )


def return_asked(order: Order, shop: Shop) -> Iterator[timedelta]:
    """Waits for a decision."""
    yield from delivered(order, shop)
    yield _A_DAY
    _ask(order)


def return_on_its_way(order: Order, shop: Shop) -> Iterator[timedelta]:
    yield from delivered(order, shop)
    yield _A_DAY
    request = _ask(order)
    yield timedelta(hours=3)
    returns.approve_return(request=request, actor=STAFF)
    yield _A_DAY
    returns.mark_sent(request=request, tracking_number="RET 4711", actor=_BUYER)


def return_to_inspect(order: Order, shop: Shop) -> Iterator[timedelta]:
    yield from return_on_its_way(order, shop)
    yield _A_DAY
    request = order.return_requests.get()
    pieces = {line.pk: line.quantity for line in request.lines.all()}
    returns.receive_pieces(request=request, pieces=pieces, actor=STAFF)


def return_finished(order: Order, shop: Shop) -> Iterator[timedelta]:
    """Inspected, restocked, refunded."""
    yield from return_to_inspect(order, shop)
    yield timedelta(hours=2)
    _inspect(order)
    yield timedelta(hours=1)
    returns.follow_return(request=order.return_requests.get())


def return_refused(order: Order, shop: Shop) -> Iterator[timedelta]:
    yield from return_asked(order, shop)
    yield timedelta(hours=5)
    returns.refuse_return(
        request=order.return_requests.get(), reason="It was used for weeks.", actor=STAFF
    )


def exchanged(order: Order, shop: Shop) -> Iterator[timedelta]:
    """A piece came back for a new one of the same."""
    yield from delivered(order, shop)
    yield _A_DAY
    request = _ask(order, is_swap=True)
    yield timedelta(hours=3)
    returns.approve_return(request=request, actor=STAFF)
    yield 3 * _A_DAY
    returns.receive_pieces(
        request=request,
        pieces={line.pk: line.quantity for line in request.lines.all()},
        actor=STAFF,
    )
    _inspect(order)


def _inspect(order: Order) -> None:
    request = order.return_requests.get()
    returns.inspect_return(
        request=request,
        findings={line.pk: Findings(restock=line.received) for line in request.lines.all()},
        actor=STAFF,
    )
