"""Whatever staff change, split, cancel, ship and refund in whatever order: lines, money, stock, invoices and events agree."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.common.errors import DomainError
from apps.fulfilment import services as fulfilment
from apps.fulfilment.changes import ChangeInput, NewPieces, plan_change
from apps.fulfilment.selectors import list_shipments_of
from apps.inventory.selectors import check_ledger
from apps.invoices import services as invoices
from apps.invoices.errors import NotInvoiceable
from apps.invoices.models import Document
from apps.orders.folding import read_order_state, rebuild_order_state
from apps.orders.models import Order
from apps.orders.worth import worth_of_order, worth_of_shipping
from apps.payments import services as payments
from apps.payments.checking import check_money
from apps.payments.credits import credits_of
from apps.payments.models import Payment, Refund
from apps.payments.selectors import can_pay_now
from apps.platform.ledgers import check_ledgers
from apps.pricing.models import ShippingMethod, TaxSettings
from apps.tenancy.context import use_actor
from tests.checkout.shop import Goods, make_cart, make_goods, place, stock_of
from tests.fulfilment.parcels import CASH
from tests.payments.bank import pay_and_tell
from tests.support.acting import STAFF, SYSTEM


@pytest.fixture(autouse=True)
def staff(as_staff: None) -> None:
    """Staff press the buttons."""


STOCK = 30

which = st.integers(0, 2)
counts = st.integers(0, 2)
steps = st.one_of(
    st.tuples(
        st.just("change"),
        which,
        counts,
        counts,
        counts,
        st.sampled_from([0, 0, 1, 777]),
        st.sampled_from([0, 0, 333]),
        st.sampled_from([None, None, 0, 2_001, 9_999]),
    ),
    st.tuples(st.just("split"), which, counts, counts, st.booleans()),
    st.tuples(st.just("pay"), which),
    st.tuples(st.just("ship"), which, counts),
    st.tuples(st.just("deliver"), which),
    st.tuples(st.just("refund"), which, st.sampled_from([1, 100, 2_500])),
    st.tuples(st.just("cancel"), which),
)


@pytest.fixture
def shop(in_store: Any) -> tuple[Goods, Goods]:
    """Taxes that do not divide: on top, in two parts, of the delivery as well."""
    TaxSettings.objects.update_or_create(
        key="store", defaults={"prices_include_tax": False, "origin_region": "Karnataka"}
    )
    ShippingMethod.objects.update(amount_minor=4_901, free_above_minor=None)
    return make_goods(stock=STOCK, price_minor=4_999), make_goods(stock=STOCK, price_minor=333)


class Walk:
    """Orders, and what staff press on their pages. A refused step changes nothing."""

    def __init__(self, order: Order, shop: tuple[Goods, Goods]) -> None:
        self.orders, self.shop = [order], shop

    def take(self, step: tuple[Any, ...]) -> None:
        name, index, *given = step
        order = self.orders[index % len(self.orders)]
        order.refresh_from_db()
        with suppress(DomainError), transaction.atomic():
            getattr(self, f"_{name}")(order, *given)

    def _pieces(self, order: Order, *wanted: int) -> dict[Any, int]:
        lines = [line for line in order.lines.order_by("position") if line.open_quantity]
        return {line.pk: count for line, count in zip(lines, wanted, strict=False) if count}

    def _change(
        self,
        order: Order,
        first: int,
        second: int,
        more: int,
        discount: int,
        fee: int,
        shipping: int | None,
    ) -> None:
        change = ChangeInput(
            removed=self._pieces(order, first, second),
            added=[NewPieces(self.shop[1].variant_ref, more)] if more else [],
            discount_minor=discount,
            fee_minor=fee,
            fee_title="Gift wrap",
            shipping_minor=shipping,
            reason="Changed",
        )
        before = credits_of(order).left.total_minor
        shown = plan_change(order, change)
        fulfilment.change_order(order=order, change=change, version=order.event_count, actor=STAFF)
        order.refresh_from_db()
        assert credits_of(order).left.total_minor == before + shown.total_minor

    def _split(self, order: Order, first: int, second: int, with_delivery: bool) -> None:
        new = fulfilment.split_order(
            order=order,
            lines=self._pieces(order, first, second),
            with_delivery=with_delivery,
            version=order.event_count,
            reason="Split",
            actor=STAFF,
        )
        self.orders.append(new)

    @use_actor(SYSTEM)
    def _pay(self, order: Order) -> None:
        for payment in Payment.objects.filter(order=order).order_by("created_at"):
            if can_pay_now(order, payment):
                payments.open_at_gateway(payment=payment)
                pay_and_tell(payment)

    def _ship(self, order: Order, pieces: int) -> None:
        lines = self._pieces(order, pieces) if pieces else None
        fulfilment.ship_order(order=order, lines=lines, actor=STAFF)

    def _deliver(self, order: Order) -> None:
        for shipment in list_shipments_of(order):
            fulfilment.mark_delivered(shipment=shipment, actor=STAFF)

    def _refund(self, order: Order, amount: int) -> None:
        if payment := Payment.objects.filter(order=order, captured_minor__gt=0).first():
            payments.refund_payment(payment=payment, amount_minor=amount, reason="", actor=STAFF)

    def _cancel(self, order: Order) -> None:
        fulfilment.cancel(order=order, reason="", actor=STAFF)


@use_actor(SYSTEM)
def assert_all_right(walk: Walk) -> None:
    assert check_money() == []
    assert check_ledger() == []
    for order in walk.orders:
        order.refresh_from_db()
        assert rebuild_order_state(order) == read_order_state(order)
        assert_sums(order)
        assert_documents(order)
    for goods in walk.shop:
        lines = [line for each in walk.orders for line in each.lines.all()]
        own = [line for line in lines if line.variant_ref == goods.variant_ref]
        open_pieces = sum(line.open_quantity for line in own if not line.order.is_cancelled)
        on_hand, reserved, allocated = stock_of(goods)
        assert reserved + allocated == open_pieces
        assert on_hand == STOCK - sum(line.fulfilled_quantity for line in own)


def assert_sums(order: Order) -> None:
    """The total is that of its lines and its delivery, in every part of the tax."""
    lines = list(order.lines.all())
    delivery = worth_of_shipping(order, lines)
    assert delivery.total_minor == order.shipping_minor + order.shipping_tax_minor
    assert delivery.tax_minor == order.shipping_tax_minor
    whole = worth_of_order(order)
    assert sum(part.amount_minor for part in whole.tax_parts) == whole.tax_minor
    assert all(line.quantity >= line.cancelled_quantity for line in lines)


def assert_documents(order: Order) -> None:
    """Invoices less credit notes are what the buyer pays, once all of it is invoiced and every refund has gone."""
    given = Refund.objects.filter(payment__order=order).exclude(state="failed")
    credited = sum(given.values_list("credited_minor", flat=True))
    left = credits_of(order).left
    assert left.total_minor == order.payable_minor - credited
    assert min(left.total_minor, left.tax_minor) >= 0
    rows = list(Document.objects.filter(order=order))
    for document in rows:
        assert sum(line["total_minor"] for line in document.data["lines"]) == document.total_minor
    invoiced = sum(row.total_minor for row in rows if not row.is_credit_note)
    if invoiced == order.total_minor:
        noted = sum(row.total_minor for row in rows if row.is_credit_note)
        assert invoiced - noted == left.total_minor
    if order.paid_at is not None and rows:
        assert invoiced == order.total_minor
    numbers = sorted(Document.objects.values_list("series_id", "sequence"))
    assert all(sequence == 1 or (series, sequence - 1) in numbers for series, sequence in numbers)


@use_actor(SYSTEM)
def settle(walk: Walk) -> None:
    """Refunds go out and documents are made; nothing is printed."""
    payments.send_waiting_refunds(older_than=timedelta(0))
    for order in walk.orders:
        with suppress(NotInvoiceable):
            invoices.issue_invoice(order=order)
        invoices.issue_credit_notes(order=order)


def take_walk(shop: tuple[Goods, Goods], payment_method: str, walk: list[tuple[Any, ...]]) -> None:
    with transaction.atomic():
        placed = place(make_cart(*shop, quantity=3), payment_method=payment_method)
        orders = Walk(placed.order, shop)
        for step in walk:
            orders.take(step)
            assert_all_right(orders)
        settle(orders)
        assert_all_right(orders)
        with use_actor(SYSTEM):
            assert check_ledgers() == []
        transaction.set_rollback(True)


walks = st.lists(steps, min_size=2, max_size=7).map(lambda rest: [("pay", 0), *rest])
whole_walks = st.lists(steps, min_size=3, max_size=12)


@pytest.mark.django_db
@settings(max_examples=5)
@given(payment_method=st.sampled_from(["test", CASH]), walk=walks)
def test_any_changes_add_up(
    shop: tuple[Goods, Goods], payment_method: str, walk: list[tuple[Any, ...]]
) -> None:
    take_walk(shop, payment_method, walk)


@pytest.mark.soak
@pytest.mark.django_db
@settings(max_examples=300)
@given(payment_method=st.sampled_from(["test", CASH]), walk=whole_walks)
def test_any_long_change_adds_up(
    shop: tuple[Goods, Goods], payment_method: str, walk: list[tuple[Any, ...]]
) -> None:
    take_walk(shop, payment_method, walk)
