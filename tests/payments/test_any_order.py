"""Events of a gateway in any number and order: the books end as if the gateway had been asked once, at the end."""

from dataclasses import dataclass

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.gateways import test_bank
from apps.gateways.errors import ChargeNotOpen
from apps.gateways.installed import get_gateway
from apps.inbox.services import replay_message
from apps.inventory.selectors import check_ledger
from apps.orders.models import OrderEvent
from apps.payments import services as payments
from apps.payments.charges import charge_of
from apps.payments.models import Payment
from tests.checkout.shop import Goods, assert_adds_up, make_cart, make_goods, place, stock_of
from tests.payments.bank import State, deliver

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("in_store", "system_scope"),
    pytest.mark.placed,
]
_Message = tuple[bytes, dict[str, str]]

acts = st.sampled_from(["pay", "decline", "promise", "settle", "cancel"])
# After an act: which of the messages so far arrive now, each perhaps again.
steps = st.lists(st.tuples(acts, st.lists(st.integers(0, 9), max_size=3)), min_size=1, max_size=5)
at_the_end = st.lists(st.integers(0, 9), min_size=1, max_size=5)

_CHOICES = {"pay": State.PAID, "decline": State.DECLINED, "promise": State.LATER}


def act(payment: Payment, name: str) -> None:
    """What happens at the bank. What is decided there stays."""
    charge = test_bank.get_charge(str(payment.pk))
    if name == "cancel":
        get_gateway("test").cancel(charge_of(payment))
    elif name == "settle":
        test_bank.settle_later(charge.charge_ref)
    else:
        try:
            test_bank.choose(charge, _CHOICES[name])
        except ChargeNotOpen:
            return


@dataclass(frozen=True)
class Books:
    state: str
    captured_minor: int
    order_state: str
    times_paid: int
    stock: tuple[int, int, int]


def books_of(payment: Payment, goods: Goods) -> Books:
    payment = Payment.objects.select_related("order").get(pk=payment.pk)
    assert_adds_up(payment.order)
    assert check_ledger() == []
    return Books(
        payment.state,
        payment.captured_minor,
        payment.order.payment_state,
        OrderEvent.objects.filter(order=payment.order, kind="order.paid").count(),
        stock_of(goods),
    )


def buy() -> tuple[Payment, Goods]:
    goods = make_goods()
    payment = place(make_cart(goods)).payment
    assert payment is not None
    return payment, goods


@settings(max_examples=30)
@given(steps=steps, last=at_the_end)
def test_any_order_of_events_ends_as_asking_does(
    steps: list[tuple[str, list[int]]], last: list[int]
) -> None:
    with transaction.atomic():
        payment, goods = buy()
        messages: list[_Message] = []
        for name, arriving in steps:
            act(payment, name)
            messages.append(test_bank.build_event(test_bank.get_charge(str(payment.pk))))
            for index in arriving:
                deliver(messages[index % len(messages)])
        for index in last:
            replay_message(message=deliver(messages[index % len(messages)]))
        told = books_of(payment, goods)

        asked, other_goods = buy()
        for name, _ in steps:
            act(asked, name)
        payments.settle_from_gateway(payment=asked)

        assert told == books_of(asked, other_goods)
        transaction.set_rollback(True)
