"""Return requests from the wish to the money: what may come back, once, and nothing more."""

from typing import Any

import pytest
from django.core import mail

from apps.common.errors import DomainError
from apps.fulfilment.models import Shipment
from apps.inventory.models import Movement
from apps.invoices.models import Document
from apps.orders.models import OrderLine
from apps.payments import services as payments
from apps.payments.models import Refund
from apps.pricing.models import ShippingMethod
from apps.returns import services as returns
from apps.returns.errors import InvalidRequest, NotReturnable, ReturnIsOver
from apps.returns.models import ReturnReason, ReturnRequest, ReturnSettings
from apps.returns.services import Findings
from apps.returns.services.history import move_request
from apps.returns.states import REQUEST_TRANSITIONS, RequestState
from tests.checkout.shop import Goods, make_goods, stock_of
from tests.fulfilment.parcels import buy, deliver, ship, take_back
from tests.returns.asking import approve, ask, delivered, inspect, receive, settle, through
from tests.support.acting import GUEST, STAFF

pytestmark = [pytest.mark.placed, pytest.mark.django_db, pytest.mark.usefixtures("shop")]


def rules(**values: Any) -> None:
    ReturnSettings.objects.update(**values)


def requested(order: Any) -> list[int]:
    rows = OrderLine.objects.filter(order=order).order_by("position")
    return list(rows.values_list("requested_quantity", flat=True))


def test_a_good_piece_is_restocked_and_refunded_once(goods: Goods) -> None:
    order = delivered(goods, quantity=2)
    request = ask(order, 1)
    assert (request.state, requested(order)) == ("requested", [1])
    request = through(request)
    settle(order)
    request.refresh_from_db()

    assert request.state == "closed"
    assert (request.refund_minor, order.refunded_minor) == (33_333, 33_333)
    assert order.fulfilment_state == "partially_returned"
    assert stock_of(goods) == (9, 0, 0)
    assert requested(order) == [0]
    inspect(request)
    settle(order)
    assert Refund.objects.count() == 1, "a stale press gives nothing twice"
    assert stock_of(goods) == (9, 0, 0)


def test_each_step_has_its_mail(goods: Goods) -> None:
    order = delivered(goods)
    request = ask(order, 1)
    settle(order)
    mail.outbox.clear()
    through(request)
    settle(order)
    subjects = [message.subject for message in mail.outbox]
    number = request.number
    assert f"Your return {number} is approved" in subjects
    assert f"Your return {number} has arrived" in subjects
    assert any("has arrived" in subject and order.number in subject for subject in subjects)


def test_damaged_pieces_are_written_off_and_others_stay_the_buyers(goods: Goods) -> None:
    order = delivered(goods, quantity=3)
    request = approve(ask(order, 3))
    receive(request, 2)
    receive(request, 1)
    request = inspect(request, Findings(restock=1, write_off=1, not_accepted=1))
    settle(order)

    assert request.refund_minor == 66_666
    assert stock_of(goods) == (8, 0, 0)
    kinds = Movement.objects.filter(kind="write_off").values_list("on_hand_delta", flat=True)
    assert list(kinds) == [-1]
    assert order.lines.get().returned_quantity == 2


def test_what_never_arrives_is_free_again(goods: Goods) -> None:
    order = delivered(goods, quantity=2)
    request = approve(ask(order, 2))
    receive(request, 1)
    inspect(request)
    assert requested(order) == [0]
    assert ask(order, 1).state == "requested"


def test_the_same_press_counts_once(goods: Goods) -> None:
    order = delivered(goods, quantity=2)
    request = approve(ask(order, 2))
    receive(request, 1, key="form")
    receive(request, 1, key="form")
    assert request.lines.get().received == 1
    assert ask(order, 0, request_key=request.request_key).pk == request.pk


def test_everything_back_gives_the_delivery_back_if_the_store_says_so(goods: Goods) -> None:
    ShippingMethod.objects.update(amount_minor=4_900, free_above_minor=None)
    order = delivered(goods, quantity=1)
    through(ask(order, 1))
    settle(order)
    assert order.refunded_minor == order.total_minor
    rules(refunds_shipping=False)
    other = delivered(goods, quantity=1)
    through(ask(other, 1))
    settle(other)
    assert other.refunded_minor == 33_333


def test_a_fee_is_kept_unless_it_is_the_stores_fault(goods: Goods) -> None:
    rules(restocking_percent=10)
    order = delivered(goods, quantity=2)
    request = through(ask(order, 1))
    assert (request.fee_minor, request.refund_minor) == (3_333, 30_000)
    ours = through(ask(order, 1, reason="It is not as described"))
    settle(order)
    assert (ours.fee_minor, ours.refund_minor) == (0, 33_333)
    assert ours.label_paid_by == "store"


def test_small_returns_are_approved_at_once(goods: Goods) -> None:
    rules(approve_below_minor=40_000)
    order = delivered(goods, quantity=3)
    assert ask(order, 1).state == "approved"
    assert ask(order, 2).state == "requested"


@pytest.mark.parametrize("quantity", [0, -1, 3, 10**9])
def test_never_more_than_was_delivered(goods: Goods, quantity: int) -> None:
    order = delivered(goods, quantity=2)
    with pytest.raises(InvalidRequest):
        ask(order, quantity) if quantity else returns.request_return(
            order=order, lines=[], actor=GUEST
        )
    assert requested(order) == [0]


def test_goods_on_their_way_or_returned_are_not_asked_back(goods: Goods) -> None:
    order = buy(goods, quantity=2)
    shipment = ship(order)
    with pytest.raises(NotReturnable):
        ask(order, 1)
    deliver(shipment)
    take_back(shipment, restock=2)
    with pytest.raises(NotReturnable):
        ask(order, 1)


def test_staff_can_not_book_requested_pieces_past_the_request(goods: Goods) -> None:
    order = delivered(goods, quantity=2)
    ask(order, 1)
    shipment = Shipment.objects.get(order=order)
    with pytest.raises(DomainError, match="in a return request"):
        take_back(shipment, restock=2)
    take_back(shipment, restock=1)
    assert (order.lines.get().returned_quantity, requested(order)) == (1, [1])


def test_rules_of_the_store(goods: Goods) -> None:
    late = delivered(goods, quantity=1)
    rules(window_days=0)
    with pytest.raises(NotReturnable):
        ask(late, 1)
    assert ask(late, 1, actor=STAFF).state == "requested", "staff may be kind"
    rules(window_days=30, excluded_skus=f"  {goods.sku.lower()}\n")
    with pytest.raises(NotReturnable):
        ask(delivered(goods, quantity=1), 1)
    download = make_goods(is_digital=True)
    rules(excluded_skus="")
    with pytest.raises(InvalidRequest):
        ask(delivered(goods, download, quantity=1), 1, 1)


def test_a_reason_with_photo_needs_one(goods: Goods) -> None:
    order = delivered(goods, quantity=1)
    with pytest.raises(InvalidRequest, match="photo"):
        ask(order, 1, reason="It is broken or faulty")
    ReturnReason.objects.update(needs_photo=False)
    assert ask(order, 1, reason="It is broken or faulty").lines.get().is_our_fault


def test_refused_and_withdrawn_free_the_pieces(goods: Goods) -> None:
    order = delivered(goods, quantity=2)
    first, second = ask(order, 1), ask(order, 1)
    returns.refuse_return(request=first, reason="It was worn.", actor=STAFF)
    returns.withdraw_return(request=second, actor=GUEST)
    returns.withdraw_return(request=second, actor=GUEST)
    assert requested(order) == [0]
    settle(order)
    assert any("It was worn." in str(message.body) for message in mail.outbox)


def test_goods_that_are_here_are_not_withdrawn(goods: Goods) -> None:
    order = delivered(goods, quantity=1)
    request = approve(ask(order, 1))
    returns.mark_sent(request=request, tracking_number="TRK 1", actor=GUEST)
    with pytest.raises(ReturnIsOver):
        returns.withdraw_return(request=request, actor=GUEST)
    receive(request, 1)
    with pytest.raises(ReturnIsOver):
        returns.withdraw_return(request=request, actor=STAFF)


def test_an_approved_return_that_is_not_sent_ends_by_itself(goods: Goods) -> None:
    order = delivered(goods, quantity=1)
    request = approve(ask(order, 1))
    assert returns.expire_returns() == 0
    ReturnRequest.objects.update(send_by=request.created_at)
    assert returns.expire_returns() == 1
    assert requested(order) == [0]


def test_a_lost_message_leaves_the_end_to_the_sweep(goods: Goods) -> None:
    order = delivered(goods, quantity=1)
    request = through(ask(order, 1))
    Refund.objects.update(state="succeeded")
    assert returns.finish_returns() == 1
    request.refresh_from_db()
    assert request.state == RequestState.CLOSED
    assert returns.finish_returns() == 0


def test_money_that_went_back_before_is_not_given_twice(goods: Goods) -> None:
    order = delivered(goods, quantity=2)
    payments.refund_payment(
        payment=order.payments.get(),
        amount_minor=order.total_minor - 10_000,
        reason="",
        actor=STAFF,
    )
    request = through(ask(order, 1))
    settle(order)
    assert request.refund_minor == 10_000
    assert order.refunded_minor == order.total_minor


def test_every_move_outside_the_table_is_refused() -> None:
    for state in RequestState:
        for target in RequestState:
            row = ReturnRequest(number="R-1", state=state)
            if target in REQUEST_TRANSITIONS[state]:
                move_request(row, target)
            else:
                with pytest.raises(DomainError):
                    move_request(row, target)


def test_the_credit_note_follows(goods: Goods) -> None:
    order = delivered(goods, quantity=2)
    settle(order)
    through(ask(order, 1))
    settle(order)
    notes = Document.objects.filter(order=order, kind="credit_note")
    assert list(notes.values_list("total_minor", flat=True)) == [33_333]
