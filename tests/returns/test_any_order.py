"""Whatever happens to an order's returns in whatever order: pieces, stock and money add up, and nothing comes back twice."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.common.errors import DomainError
from apps.fulfilment import services as fulfilment
from apps.fulfilment.models import Shipment
from apps.orders.models import Order
from apps.pricing.models import ShippingMethod
from apps.returns import services as returns
from apps.returns.models import ReturnLine, ReturnRequest, ReturnSettings
from apps.returns.services import Findings
from apps.returns.states import OPEN
from apps.tenancy.context import use_store
from tests.checkout.shop import Goods, stock_of
from tests.returns.asking import approve, ask, delivered, inspect, make_sizes, receive, settle
from tests.support.acting import STAFF

STOCK, PIECES = 60, 3

nth, few = st.integers(0, 2), st.integers(0, PIECES)
steps = st.one_of(
    st.tuples(st.just("ask"), st.integers(1, PIECES), st.sampled_from(["money", "same", "dearer"])),
    st.tuples(st.just("approve"), nth),
    st.tuples(st.just("refuse"), nth),
    st.tuples(st.just("withdraw"), nth),
    st.tuples(st.just("receive"), nth, st.integers(1, PIECES)),
    st.tuples(st.just("inspect"), nth, few, few),
    st.tuples(st.just("book"), st.integers(1, 2)),
    st.tuples(st.just("settle")),
)

pytestmark = pytest.mark.placed


class Walk:
    """One order of three pieces, and what buyer and staff do with it."""

    def __init__(self, order: Order, sizes: list[Goods]) -> None:
        self.order, self.sizes = order, sizes

    def take(self, name: str, *given: Any) -> None:
        """A refused step changes nothing."""
        calls: dict[str, Callable[..., Any]] = {
            "ask": self._ask,
            "approve": lambda n: approve(self._request(n)),
            "refuse": lambda n: returns.refuse_return(
                request=self._request(n), reason="No", actor=STAFF
            ),
            "withdraw": lambda n: returns.withdraw_return(request=self._request(n), actor=STAFF),
            "receive": lambda n, count: receive(self._request(n), count),
            "inspect": self._inspect,
            "book": self._book,
            "settle": lambda: settle(self.order),
        }
        with suppress(DomainError), transaction.atomic():
            calls[name](*given)
        self.check()

    def check(self) -> None:
        """The pieces of open requests are counted, and fewer than the buyer has."""
        line = self.order.lines.get()
        open_lines = ReturnLine.objects.filter(request__order=self.order, request__state__in=OPEN)
        asked = open_lines.aggregate(sum=Sum("quantity"))["sum"] or 0
        assert line.requested_quantity == asked <= line.kept_quantity

    def _request(self, number: int) -> ReturnRequest:
        found = list(ReturnRequest.objects.filter(order=self.order).order_by("created_at", "id"))
        if number >= len(found):
            raise DomainError
        return found[number]

    def _ask(self, count: int, wish: str) -> None:
        swap = {"money": (), "same": self.sizes[:1], "dearer": self.sizes[1:2]}[wish]
        ask(self.order, count, variants=swap)

    def _inspect(self, number: int, restock: int, write_off: int) -> None:
        request = self._request(number)
        received = request.lines.get().received
        good = min(restock, received)
        broken = min(write_off, received - good)
        inspect(request, Findings(good, broken, received - good - broken))

    def _book(self, count: int) -> None:
        """Staff book a returned parcel past the requests."""
        fulfilment.receive_return(
            shipment=Shipment.objects.get(order=self.order),
            lines={self.order.lines.get().pk: fulfilment.Pieces(restock=count)},
            credit=fulfilment.Credit(),
            actor=STAFF,
        )


@pytest.mark.django_db
@settings(max_examples=5)
@given(st.lists(steps, min_size=4, max_size=14), st.sampled_from([0, 15]))
def test_pieces_and_money_add_up(store: Any, taken: list[tuple[Any, ...]], fee: int) -> None:
    with use_store(store, actor=STAFF), transaction.atomic():
        ReturnSettings.objects.update(restocking_percent=fee)
        ShippingMethod.objects.update(amount_minor=4_901, free_above_minor=None)
        sizes = make_sizes(33_333, 40_001, stock=STOCK)
        walk = Walk(delivered(sizes[0], quantity=PIECES), sizes)
        for step in taken:
            walk.take(*step)
        assert_right(walk)
        transaction.set_rollback(True)


def assert_right(walk: Walk) -> None:
    others = Order.objects.filter(exchange_of__request__order=walk.order)
    settle(walk.order, *others)
    returned = walk.order.lines.get().returned_quantity
    accepted = ReturnLine.objects.filter(request__order=walk.order)
    assert sum(line.accepted for line in accepted) <= returned
    for request in ReturnRequest.objects.filter(order=walk.order):
        assert request.refund_minor + request.moved_minor + request.fee_minor >= 0
    moved = sum(ReturnRequest.objects.values_list("moved_minor", flat=True))
    assert moved <= walk.order.refunded_minor <= walk.order.total_minor
    reserved = sum(sum(stock_of(each)[1:]) for each in walk.sizes)
    assert reserved <= PIECES, "nothing is reserved for a request that has ended"
