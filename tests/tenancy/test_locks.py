"""Locks of the database server: each excludes a second connection, and no use of one meets another use."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connections, transaction

from apps.common.ids import new_id
from apps.operations.store_locks import NAMES
from apps.tenancy import locks
from apps.tenancy.context import outside_store
from apps.tenancy.locks import LockSpace, PlatformLock, number_of
from apps.tenancy.routers import PLATFORM

pytestmark = pytest.mark.django_db(transaction=True)
NUMBER = 4_711


@pytest.fixture(autouse=True)
def outside() -> Iterator[None]:
    with outside_store():
        yield


@contextmanager
def another_connection(
    space: int, *, shared: bool = False, in_transaction: bool = False
) -> Iterator[None]:
    """A thread with a connection of its own holds the lock during the block."""
    holds, done = threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with outside_store(), transaction.atomic(using=PLATFORM):
                if in_transaction:
                    locks.lock_in_transaction(PLATFORM, space, NUMBER, shared=shared)
                else:
                    locks.lock(PLATFORM, space, NUMBER, shared=shared)
                holds.set()
                done.wait(30)
                if not in_transaction:
                    locks.unlock(PLATFORM, space, NUMBER, shared=shared)
        finally:
            connections.close_all()

    thread = threading.Thread(target=hold)
    thread.start()
    assert holds.wait(30)
    try:
        yield
    finally:
        done.set()
        thread.join(30)


def can_take(space: int, *, shared: bool = False, number: int = NUMBER) -> bool:
    if not locks.try_lock(PLATFORM, space, number, shared=shared):
        return False
    locks.unlock(PLATFORM, space, number, shared=shared)
    return True


@pytest.mark.parametrize("in_transaction", [False, True])
@pytest.mark.parametrize("space", LockSpace)
def test_a_lock_excludes_another_connection_in_its_space_only(
    space: LockSpace, in_transaction: bool
) -> None:
    with another_connection(space, in_transaction=in_transaction):
        assert not can_take(space)
        assert not can_take(space, shared=True)
        with transaction.atomic(using=PLATFORM):
            assert not locks.try_lock_in_transaction(PLATFORM, space, NUMBER)
        assert can_take(space, number=NUMBER + 1)
        assert all(can_take(other) for other in LockSpace if other is not space)
    assert can_take(space)


@pytest.mark.parametrize("space", LockSpace)
def test_those_who_share_a_lock_keep_out_the_one_who_wants_it_alone(space: LockSpace) -> None:
    with another_connection(space, shared=True):
        assert can_take(space, shared=True)
        assert not can_take(space)


def test_spaces_and_numbers_are_distinct_with_all_that_lies_behind_them() -> None:
    first = int(LockSpace.STORE_OPERATION_NAME)
    names = range(first, first + len(NAMES))
    taken = [*names, *(space for name, space in LockSpace.__members__.items() if space != first)]
    assert len(taken) == len(set(taken)) == len(NAMES) + len(LockSpace.__members__) - 1
    numbers = list(PlatformLock.__members__.values())
    assert len(numbers) == len(set(numbers))


def test_the_holder_of_a_store_is_found_by_name() -> None:
    first = int(LockSpace.STORE_OPERATION_NAME)
    spaces = range(first, first + len(NAMES))
    assert locks.find_holder(PLATFORM, spaces, NUMBER) is None
    with another_connection(first + 2):
        assert locks.find_holder(PLATFORM, spaces, NUMBER) == first + 2
        assert locks.find_holder(PLATFORM, spaces, NUMBER + 1) is None


def test_the_number_of_a_row_fits_and_differs_for_rows_of_one_moment() -> None:
    numbers = [number_of(new_id()) for _time in range(1000)]
    assert all(0 <= number < 1 << 31 for number in numbers)
    assert len(set(numbers)) > 990
