"""Empty databases to move to, and a shop that sells meanwhile."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from apps.platform.models import Store, StoreMove
from apps.tenancy.aliases import SOURCE, TARGET
from apps.tenancy.connections import forget_database
from tests.databases import close_store, open_store
from tests.own_databases import own_database


@pytest.fixture
def new_database(transactional_db: None) -> Iterator[Callable[[], dict[str, str]]]:
    """`new_database()` makes an empty PostgreSQL database and answers how to connect to it."""
    with ExitStack() as databases:
        yield lambda: databases.enter_context(own_database())
        for move in StoreMove.objects.all():
            for side in (SOURCE, TARGET):
                forget_database(f"store_{move.store_id.hex}_{side}{move.id.hex}")


@pytest.fixture
def placed_store(new_database: Callable[[], dict[str, str]]) -> Iterator[Any]:
    """A store in a database of its own."""
    store = open_store(database_type="postgresql", config=new_database())
    yield store
    store = Store.objects.get(pk=store.pk)
    forget_database(store.active_store.alias)
    close_store(store)
