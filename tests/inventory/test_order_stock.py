"""Stock along the life of an order."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from apps.inventory import services as inventory
from apps.inventory.errors import InvalidQuantity, QuantityNotAllocated, ReservationGone
from apps.inventory.models import Movement, Reservation
from apps.inventory.selectors import check_ledger
from apps.inventory.states import RESERVATION_TRANSITIONS, ReservationState
from apps.tenancy.page_versions import page_versions
from tests.inventory.counters import counters
from tests.support.moves import list_forbidden, parse_forbidden

pytestmark = pytest.mark.usefixtures("in_store", "system_scope")
FORBIDDEN = """
    held: held committed
    allocated: held allocated
    committed: held allocated committed released
    released: held allocated committed released
"""


@pytest.fixture
def order(make_stock: Any) -> Any:
    """An order that holds 4 of 10 pieces of tea."""
    make_stock("tea", 10)
    order_ref = uuid4()
    inventory.reserve_stock(order_ref=order_ref, demand={"tea": 4})
    return order_ref


def test_only_what_changes_the_saleable_pieces_makes_new_pages(order: Any) -> None:
    def is_noted(write: Callable[[], Any]) -> bool:
        before = page_versions()
        write()
        after = page_versions()
        assert before is not None
        assert after is not None
        return before.words != after.words

    facts: dict[str, Any] = {"order_ref": order, "quantities": {"tea": 4}}
    assert not is_noted(lambda: inventory.allocate_stock(order_ref=order))
    assert not is_noted(lambda: inventory.commit_stock(**facts, reference="S1"))
    assert is_noted(lambda: inventory.return_stock(**facts, reference="R1"))
    assert is_noted(lambda: inventory.reserve_stock(order_ref=uuid4(), demand={"tea": 1}))


def state() -> str:
    return Reservation.objects.get().state


def test_the_way_of_a_sold_piece(order: Any) -> None:
    for _ in range(2):  # every step twice: the second changes nothing
        inventory.allocate_stock(order_ref=order)
        assert counters() == (10, 0, 4)
    for _ in range(2):
        inventory.commit_stock(order_ref=order, quantities={"tea": 4}, reference="S1")
        assert counters() == (6, 0, 0)
    for _ in range(2):
        inventory.return_stock(order_ref=order, quantities={"tea": 1}, reference="R1")
        assert counters() == (7, 0, 0)
    assert state() == ReservationState.COMMITTED
    kinds = list(Movement.objects.order_by("id").values_list("kind", flat=True))
    assert kinds == ["receive", "reserve", "allocate", "commit", "return"]
    assert check_ledger() == []


def test_releasing_what_is_held_gives_it_back_once(order: Any) -> None:
    for _ in range(2):
        inventory.release_stock(order_ref=order, reason="not paid")
        assert counters() == (10, 0, 0)
    assert state() == ReservationState.RELEASED
    assert check_ledger() == []


def test_releasing_what_is_allocated_gives_it_back_once(order: Any) -> None:
    inventory.allocate_stock(order_ref=order)
    for _ in range(2):
        inventory.release_stock(order_ref=order)
        assert counters() == (10, 0, 0)
    assert Movement.objects.filter(kind="deallocate").count() == 1
    assert check_ledger() == []


def test_releasing_a_partly_sent_order_gives_back_the_rest(order: Any) -> None:
    inventory.allocate_stock(order_ref=order)
    inventory.commit_stock(order_ref=order, quantities={"tea": 1})
    for _ in range(2):
        inventory.release_stock(order_ref=order)
        assert counters() == (9, 0, 0)
    assert state() == ReservationState.COMMITTED
    assert check_ledger() == []


def test_a_payment_that_comes_after_the_release_gets_no_stock(order: Any) -> None:
    inventory.release_stock(order_ref=order)
    with pytest.raises(ReservationGone):
        inventory.allocate_stock(order_ref=order)
    assert counters() == (10, 0, 0)


def test_nothing_leaves_that_is_not_allocated(order: Any) -> None:
    with pytest.raises(QuantityNotAllocated):
        inventory.commit_stock(order_ref=order, quantities={"tea": 1})
    inventory.allocate_stock(order_ref=order)
    with pytest.raises(QuantityNotAllocated):
        inventory.commit_stock(order_ref=order, quantities={"tea": 5})
    with pytest.raises(QuantityNotAllocated):
        inventory.commit_stock(order_ref=order, quantities={"cup": 1})
    with pytest.raises(InvalidQuantity):
        inventory.commit_stock(order_ref=order, quantities={"tea": -1})
    assert counters() == (10, 0, 4)


def test_no_more_comes_back_than_was_sent(order: Any) -> None:
    inventory.allocate_stock(order_ref=order)
    inventory.commit_stock(order_ref=order, quantities={"tea": 2})
    with pytest.raises(QuantityNotAllocated):
        inventory.return_stock(order_ref=order, quantities={"tea": 3})
    assert counters() == (8, 0, 2)


def test_an_order_without_stock_changes_nothing() -> None:
    inventory.allocate_stock(order_ref=uuid4())
    inventory.release_stock(order_ref=uuid4())
    assert not Movement.objects.exists()


def test_the_table_forbids_what_is_written_down() -> None:
    assert list_forbidden(RESERVATION_TRANSITIONS) == parse_forbidden(FORBIDDEN)
