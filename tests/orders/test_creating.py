from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connections, transaction

from apps.common.ids import new_id
from apps.orders.folding import read_order_state, rebuild_order_state
from apps.orders.models import Order, OrderEvent, OrderLine
from apps.orders.services import creating
from apps.orders.states import OrderPaymentState, OrderStatus
from apps.pricing.services import PricedLine
from apps.tenancy.context import use_store
from tests.support.orders import place
from tests.support.threads import fails, run_at_once

pytestmark = pytest.mark.usefixtures("system_scope")


@pytest.mark.parametrize("lines", [1, 30])
def test_an_order_costs_three_statements_whatever_its_lines(
    in_store: Any,
    place_order: Callable[..., Order],
    line_of: Callable[..., PricedLine],
    lines: int,
    django_assert_num_queries: Any,
) -> None:
    with transaction.atomic(), django_assert_num_queries(3):
        order = place_order(*(line_of() for _ in range(lines)))
    assert order.lines.count() == lines
    assert order.total_minor == 1000 * lines


def test_an_order_keeps_what_was_bought(
    in_store: Any, place_order: Callable[..., Order], line_of: Callable[..., PricedLine]
) -> None:
    checkout_id = new_id()
    order = place_order(
        line_of(quantity=3, title="Chai", sku="CHAI"),
        line_of(title="E-book", is_digital=True),
        checkout_id=checkout_id,
    )
    order = Order.objects.get(pk=checkout_id)
    assert (order.status, order.payment_state) == (OrderStatus.PENDING, OrderPaymentState.UNPAID)
    assert (order.currency, order.total_minor, order.prices_include_tax) == ("INR", 4000, True)
    first, second = order.lines.all()
    assert (first.position, first.title, first.sku, first.quantity) == (0, "Chai", "CHAI", 3)
    assert (second.position, second.is_digital) == (1, True)
    assert order.access_token
    assert rebuild_order_state(order) == read_order_state(order)


def test_placing_again_with_the_same_key_changes_nothing(
    in_store: Any, place_order: Callable[..., Order]
) -> None:
    place_order(checkout_id=(checkout_id := new_id()))
    with pytest.raises(IntegrityError), transaction.atomic():
        place_order(checkout_id=checkout_id)
    assert Order.objects.count() == 1
    assert OrderLine.objects.count() == 1
    assert OrderEvent.objects.count() == 1


def test_a_number_somebody_has_is_not_given_again(
    in_store: Any, place_order: Callable[..., Order], monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = place_order().number
    monkeypatch.setattr(creating, "public_number", lambda: taken)
    with pytest.raises(IntegrityError), transaction.atomic():
        place_order()


def test_numbers_do_not_tell_how_many_there_are(
    in_store: Any, place_order: Callable[..., Order]
) -> None:
    numbers = [place_order().number for _ in range(5)]
    assert len(set(numbers)) == 5
    assert numbers != sorted(numbers) or numbers != sorted(numbers, reverse=True)
    assert all(len(number) == 9 for number in numbers)


@pytest.mark.django_db(transaction=True)
def test_one_checkout_posted_ten_times_at_once_is_one_order(throwaway_store: Any) -> None:
    checkout_id = new_id()
    answers = run_at_once(throwaway_store, [lambda: place(checkout_id=checkout_id)] * 10)
    assert len(fails(answers)) < 10
    with use_store(throwaway_store):
        order = Order.objects.get()
        assert order.lines.count() == 1
        assert order.events.count() == 1
    connections.close_all()
