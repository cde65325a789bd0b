"""Whatever happens to an order's parcels in whatever order: money, tax and stock add up, and something can follow."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.common.errors import DomainError
from apps.events.services import relay_outbox
from apps.fulfilment import selectors
from apps.fulfilment import services as fulfilment
from apps.fulfilment.models import ParcelReturnLine, Shipment
from apps.fulfilment.services import Credit, Pieces
from apps.gateways import installed
from apps.gateways.errors import GatewayRefused
from apps.gateways.test_bank import TestGateway
from apps.gateways.values import RefundReceipt, RefundRequest
from apps.inventory.selectors import check_ledger
from apps.orders.models import Order
from apps.orders.worth import Worth
from apps.payments import services as payments
from apps.payments.credits import credits_of
from apps.payments.models import Refund
from apps.pricing.models import ShippingMethod, TaxSettings
from tests.checkout.shop import Goods, assert_adds_up, make_goods, stock_of
from tests.fulfilment.parcels import CASH, buy, payment_of
from tests.support.acting import STAFF

pytestmark = [pytest.mark.usefixtures("as_staff"), pytest.mark.placed]

STOCK = 40
PIECES = 3

parcels = st.integers(0, 2)
counts = st.integers(0, PIECES)
credits_given = st.none() | st.builds(
    Credit,
    amount_minor=st.none() | st.sampled_from([0, 1, 777, 10_001]),
    with_shipping=st.booleans(),
)
steps = st.one_of(
    st.tuples(st.just("ship"), st.integers(1, PIECES), counts),
    st.tuples(st.just("deliver"), parcels),
    st.tuples(st.just("undo"), parcels),
    st.tuples(st.just("refuse"), parcels),
    st.tuples(st.just("resume"), parcels),
    st.tuples(st.just("return"), parcels, counts, counts, st.booleans(), credits_given),
    st.tuples(st.just("return all"), parcels, credits_given),
    st.tuples(st.just("cancel rest")),
    st.tuples(st.just("refund"), st.integers(1, 9_999)),
    st.tuples(st.just("cancel")),
    st.tuples(st.just("bank"), st.booleans()),
)


class Moody(TestGateway):
    """A bank that refuses refunds while it is in the mood."""

    refuses = False

    def refund(self, request: RefundRequest) -> RefundReceipt:
        if self.refuses:
            raise GatewayRefused("Not today.")
        return super().refund(request)


@pytest.fixture
def bank(monkeypatch: Any) -> Moody:
    gateway = Moody()
    monkeypatch.setitem(installed._GATEWAYS, gateway.code, gateway)
    return gateway


@pytest.fixture
def shop(in_store: Any) -> tuple[Goods, Goods, Goods]:
    """Taxes that do not divide: on top, in two parts, of the delivery as well. The last is a download."""
    TaxSettings.objects.update_or_create(
        key="store", defaults={"prices_include_tax": False, "origin_region": "Karnataka"}
    )
    ShippingMethod.objects.update(amount_minor=4_901, free_above_minor=None)
    tea = make_goods(stock=STOCK, price_minor=4_999)
    cup = make_goods(stock=STOCK, price_minor=333)
    return tea, cup, make_goods(is_digital=True, price_minor=1_111)


class Walk:
    """One order, and what staff press on its page."""

    def __init__(self, order: Order, bank: Moody) -> None:
        self.order, self.bank = order, bank
        self.lines = list(order.lines.filter(is_digital=False).order_by("position"))

    def take(self, step: tuple[Any, ...]) -> None:
        """A refused step changes nothing; a step that the page offers is not refused."""
        name, *given = step
        call, is_offered = getattr(self, f"_{name.replace(' ', '_')}")(*given)
        if call is None:
            return
        announced, before = self._announced(name, given), payment_of(self.order).captured_minor
        if is_offered:
            call()
        else:
            with suppress(DomainError), transaction.atomic():
                call()
        came = payment_of(self.order).captured_minor - before
        if payment_of(self.order).pays_on_delivery and name != "undo":
            assert came == announced, "cash is booked as it was announced, and with nothing else"

    def _announced(self, name: str, given: list[Any]) -> int:
        """The cash that the parcel's page announces for its delivery."""
        shipment = self._parcel(given[0]) if name == "deliver" else None
        if shipment is None or not selectors.can_deliver(shipment):
            return 0
        return selectors.cash_due_with(shipment, order=self.order)

    def _parcel(self, index: int) -> Shipment | None:
        found = selectors.list_shipments_of(self.order)
        return found[index] if index < len(found) else None

    def _of_parcel(
        self, index: int, service: Callable[..., Any], is_possible: Callable[[Shipment], bool]
    ) -> tuple[Callable[[], Any] | None, bool]:
        shipment = self._parcel(index)
        if shipment is None:
            return None, False
        return lambda: service(shipment=shipment, actor=STAFF), is_possible(shipment)

    def _ship(self, *pieces: int) -> tuple[Callable[[], Any], bool]:
        lines = {line.pk: count for line, count in zip(self.lines, pieces, strict=True)}
        return lambda: fulfilment.ship_order(order=self.order, lines=lines, actor=STAFF), False

    def _deliver(self, index: int) -> tuple[Callable[[], Any] | None, bool]:
        return self._of_parcel(index, fulfilment.mark_delivered, selectors.can_deliver)

    def _undo(self, index: int) -> tuple[Callable[[], Any] | None, bool]:
        was_given_back = bool(payment_of(self.order).refunded_minor)
        return self._of_parcel(
            index,
            fulfilment.undo_delivery,
            lambda shipment: selectors.can_undo_delivery(shipment) and not was_given_back,
        )

    def _refuse(self, index: int) -> tuple[Callable[[], Any] | None, bool]:
        return self._of_parcel(index, fulfilment.expect_return, selectors.can_expect_return)

    def _resume(self, index: int) -> tuple[Callable[[], Any] | None, bool]:
        return self._of_parcel(index, fulfilment.resume_delivery, selectors.can_resume)

    def _return(
        self, index: int, first: int, second: int, is_broken: bool, credit: Credit | None
    ) -> tuple[Callable[[], Any] | None, bool]:
        shipment = self._parcel(index)
        if shipment is None:
            return None, False
        lines = {
            line.pk: Pieces(write_off=count) if is_broken else Pieces(restock=count)
            for line, count in zip(self.lines, (first, second), strict=True)
        }
        return self._receive(shipment, lines, credit), False

    def _return_all(
        self, index: int, credit: Credit | None
    ) -> tuple[Callable[[], Any] | None, bool]:
        shipment = self._parcel(index)
        if shipment is None:
            return None, False
        lines = {
            line.order_line_id: Pieces(restock=line.out_quantity)
            for line in shipment.lines.all()
            if not line.order_line.is_digital
        }
        is_named = credit is not None and credit.amount_minor is not None
        is_offered = selectors.can_return(shipment) and not is_named
        return self._receive(shipment, lines, credit), is_offered

    def _receive(
        self, shipment: Shipment, lines: dict[Any, Pieces], credit: Credit | None
    ) -> Callable[[], Any]:
        return lambda: fulfilment.receive_return(
            shipment=shipment, lines=lines, credit=credit, actor=STAFF
        )

    def _cancel_rest(self) -> tuple[Callable[[], Any], bool]:
        return (
            lambda: fulfilment.cancel_rest(order=self.order, reason="", actor=STAFF),
            selectors.can_cancel_rest(self.order),
        )

    def _cancel(self) -> tuple[Callable[[], Any], bool]:
        return (
            lambda: fulfilment.cancel(order=self.order, reason="", actor=STAFF),
            selectors.can_cancel(self.order),
        )

    def _bank(self, refuses: bool) -> tuple[None, bool]:
        self.bank.refuses = refuses
        return None, False

    def _refund(self, amount_minor: int) -> tuple[Callable[[], Any], bool]:
        return (
            lambda: payments.refund_payment(
                payment=payment_of(self.order), amount_minor=amount_minor, reason="", actor=STAFF
            ),
            False,
        )


def assert_all_right(order: Order, shop: tuple[Goods, Goods, Goods]) -> None:
    relay_outbox()
    assert_adds_up(order)
    assert_documents(order)
    assert_stock(order, shop)
    assert_cash(order)
    assert_next_step(order)


def assert_documents(order: Order) -> None:
    """What was credited and what is kept are the order, in whole and in every part of the tax."""
    given = Refund.objects.filter(payment__order=order).exclude(state="failed")
    given_minor = sum(given.values_list("amount_minor", flat=True))
    assert given_minor == order.refunded_minor <= order.payable_minor
    kept = credits_of(order).left
    assert kept.total_minor == order.payable_minor - given_minor
    assert min(kept.total_minor, kept.tax_minor) >= 0
    assert all(part.amount_minor > 0 for part in kept.tax_parts)
    assert sum(part.amount_minor for part in kept.tax_parts) == kept.tax_minor
    if not kept.total_minor:
        assert kept == Worth()
    for row in order.returns.all():
        assert row.tax_minor == sum(part["amount_minor"] for part in row.tax_components)
        assert row.refund is None or row.refund.amount_minor == row.credited_minor


def assert_stock(order: Order, shop: tuple[Goods, Goods, Goods]) -> None:
    assert check_ledger() == []
    for line in order.lines.filter(is_digital=False):
        goods = next(each for each in shop if each.variant_ref == line.variant_ref)
        came = ParcelReturnLine.objects.filter(shipment_line__order_line=line)
        restocked = sum(came.values_list("restocked", flat=True))
        on_hand = STOCK - line.fulfilled_quantity + restocked
        awaited = 0 if order.is_cancelled else line.open_quantity
        assert stock_of(goods) == (on_hand, 0, awaited)


def assert_cash(order: Order) -> None:
    """The parcels' cash is the payment's, and it is all that was to be paid when nothing more can come."""
    payment = payment_of(order)
    if not payment.pays_on_delivery:
        return
    cash = sum(order.shipments.values_list("cash_minor", flat=True))
    assert cash == payment.captured_minor
    assert order.payable_minor == (payment.amount_minor if payment.state != "cancelled" else 0)
    if order.fulfilment_state in ("delivered", "partially_returned", "returned"):
        assert cash == order.payable_minor


def assert_next_step(order: Order) -> None:
    """Money is not waited for once the goods' way is over; goods under way can be moved on."""
    if order.is_cancelled:
        assert order.payment_state in ("void", "paid", "partially_refunded", "refunded")
        return
    if order.fulfilment_state in ("delivered", "partially_returned", "returned"):
        assert order.payment_state in ("paid", "partially_refunded", "refunded", "void")
        return
    ways = (
        selectors.can_deliver,
        selectors.can_expect_return,
        selectors.can_resume,
        selectors.can_return,
    )
    assert (
        selectors.can_ship(order)
        or selectors.can_cancel(order)
        or selectors.can_cancel_rest(order)
        or any(way(parcel) for parcel in selectors.list_shipments_of(order) for way in ways)
    )


@pytest.mark.django_db
@settings(max_examples=8)
@given(
    payment_method=st.sampled_from(["test", CASH]),
    with_download=st.booleans(),
    first=st.just([])
    | st.just([("ship", 1, 2)])
    | st.just([("ship", 2, 0), ("ship", 1, 3)])
    | st.just([("ship", 2, 0), ("ship", 1, 3), ("deliver", 0)])
    | st.just([("ship", 1, 1), ("ship", 1, 1), ("ship", 1, 1), ("deliver", 1)]),
    walk=st.lists(steps, min_size=3, max_size=9),
)
def test_any_walk_adds_up(
    shop: tuple[Goods, Goods, Goods],
    bank: Moody,
    payment_method: str,
    with_download: bool,
    first: list[tuple[Any, ...]],
    walk: list[tuple[Any, ...]],
) -> None:
    with transaction.atomic():
        bank.refuses = False
        goods = shop if with_download else shop[:2]
        order = buy(*goods, quantity=PIECES, payment_method=payment_method)
        steps_of = Walk(order, bank)
        for step in [*first, *walk]:
            steps_of.take(step)
            assert_all_right(order, shop)
        transaction.set_rollback(True)
