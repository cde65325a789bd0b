"""Whose order it is."""

from collections.abc import Callable
from typing import Any

import pytest

from apps.accounts.models import User
from apps.common.actor import Actor, ActorKind
from apps.common.ids import new_id
from apps.orders.errors import OrderNotFound
from apps.orders.models import Order
from apps.orders.selectors import (
    get_order,
    get_order_by_access_token,
    get_order_by_id_for,
    get_order_for,
    list_orders_for,
)
from apps.orders.services import add_to_account
from apps.pricing.services import PricedLine
from apps.tenancy.context import use_actor, use_store

STAFF = Actor(ActorKind.STAFF, new_id(), "mira@example.com")


@pytest.fixture
def asha(in_store: Any) -> User:
    return User.objects.create(email="asha@example.com")


@pytest.fixture
def order(asha: Any, place_order: Callable[..., Order]) -> Order:
    return place_order(customer_id=asha.pk)


def customer(user_id: Any) -> Actor:
    return Actor(ActorKind.CUSTOMER, user_id, "a customer")


def test_a_customer_and_the_staff_find_the_order(asha: Any, order: Any) -> None:
    for actor in (customer(asha.pk), STAFF, Actor.system()):
        with use_actor(actor):
            assert get_order_for(actor=actor, number=order.number) == order
            assert get_order_by_id_for(actor=actor, order_id=order.pk) == order
            assert list(list_orders_for(actor=actor)) == [order]
    with use_actor(STAFF):
        assert get_order_for(actor=STAFF, number=f" {order.number.lower()} ") == order


@pytest.mark.parametrize(
    "actor",
    [customer(new_id()), Actor(ActorKind.CUSTOMER, None, "broken"), Actor.guest()],
    ids=["another customer", "a customer without an id", "a guest"],
)
def test_nobody_else_finds_it(order: Any, actor: Any, system_scope: None) -> None:
    """By the queries alone: a store on MariaDB has no row security behind them."""
    with pytest.raises(OrderNotFound):
        get_order_for(actor=actor, number=order.number)
    with pytest.raises(OrderNotFound):
        get_order_by_id_for(actor=actor, order_id=order.pk)
    assert not list_orders_for(actor=actor).exists()


def test_a_guest_reads_by_the_link_and_no_other(order: Any) -> None:
    with use_actor(Actor.guest()):
        for wrong in ("", "x", order.number, str(order.pk)):
            with pytest.raises(OrderNotFound):
                get_order_by_access_token(wrong)
        assert get_order_by_access_token(order.access_token) == order


def test_another_store_has_no_such_order(order: Any, other_store: Any) -> None:
    number, token, key = order.number, order.access_token, order.pk
    with use_store(other_store, actor=STAFF):
        for look in (
            lambda: get_order_for(actor=STAFF, number=number),
            lambda: get_order_by_access_token(token),
            lambda: get_order(key),
        ):
            with pytest.raises(OrderNotFound):
                look()


@pytest.mark.usefixtures("as_staff")
def test_staff_search_by_number_mail_and_sku(
    order: Any, place_order: Callable[..., Order], line_of: Callable[..., PricedLine]
) -> None:
    other = place_order(line_of(sku="CUP-1"))
    found = list_orders_for(actor=STAFF, q=order.number[:5].lower())
    assert list(found) == [order]
    assert set(list_orders_for(actor=STAFF, q="asha@")) == {order, other}
    assert list(list_orders_for(actor=STAFF, q="CUP-1")) == [other]
    assert list(list_orders_for(actor=STAFF, status="shipped")) == []
    assert list(list_orders_for(actor=STAFF)) == [other, order]


@pytest.mark.usefixtures("as_staff")
def test_listing_costs_one_query_for_any_number(
    order: Any, place_order: Callable[..., Order], django_assert_num_queries: Any
) -> None:
    for _ in range(5):
        place_order()
    with django_assert_num_queries(1):
        assert len(list_orders_for(actor=STAFF)) == 6


@pytest.mark.usefixtures("as_staff")
@pytest.mark.parametrize("spelling", ["{}", " {} ", "{lower}", "{wide}"])
def test_a_number_is_found_however_it_is_typed(order: Any, spelling: str) -> None:
    typed = _spelled(order.number, spelling)
    assert get_order_for(actor=STAFF, number=typed) == order
    assert list(list_orders_for(actor=STAFF, q=typed)) == [order]


@pytest.mark.usefixtures("as_staff")
@pytest.mark.parametrize(
    "spelling", ["#{}", "# {lower}", "{spaced}", "{joined}", "{}-S1", "#{begun}"]
)
def test_a_list_takes_a_number_as_it_is_read_out(order: Any, spelling: str) -> None:
    """With its sign, in two groups, without the hyphen, of a parcel, or only begun."""
    assert list(list_orders_for(actor=STAFF, q=_spelled(order.number, spelling))) == [order]


def _spelled(number: str, spelling: str) -> str:
    wide = "".join(chr(ord(x) + 0xFEE0) if x.isascii() else x for x in number)
    spaced, joined = number.replace("-", " "), number.replace("-", "")
    lower, begun = number.lower(), number[:6]
    return spelling.format(
        number, lower=lower, wide=wide, spaced=spaced, joined=joined, begun=begun
    )


@pytest.mark.usefixtures("as_staff")
def test_a_number_that_is_no_text_is_no_order(order: Any) -> None:
    with pytest.raises(OrderNotFound):
        get_order_for(actor=STAFF, number="\x00")
    assert not list_orders_for(actor=STAFF, q="\x00")


@pytest.mark.usefixtures("as_staff")
def test_staff_find_an_address_in_the_script_of_its_host(order: Any) -> None:
    Order.objects.filter(pk=order.pk).update(email="asha@xn--lden-loa.example")
    assert list(list_orders_for(actor=STAFF, q="Asha@Läden.example")) == [order]


@pytest.mark.usefixtures("system_scope")
def test_an_order_of_a_guest_is_of_the_account_whatever_the_spelling_of_its_address(
    asha: Any, place_order: Callable[..., Order]
) -> None:
    user, order = User.objects.create(email="asha@läden.example"), place_order()
    order.email = "Asha@La\u0308den.example"
    order.save(update_fields=["email"])
    assert add_to_account(order=order, customer_id=user.pk, email=user.email)
