"""A store on MariaDB, on a real server."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from apps.platform.tenancy.context import use_store
from tests.conftest import clean_documents
from tests.databases import close_store, open_store
from tests.mariadb_server import MariaDB

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def config(mariadb: MariaDB) -> Iterator[dict[str, Any]]:
    made = mariadb.make_database()
    yield made
    mariadb.drop_database(made["database"])


@pytest.fixture
def placed(transactional_db: None, config: dict[str, Any]) -> Iterator[Any]:
    opened = open_store(database_type="mysql", config=config)
    yield opened
    clean_documents(opened)
    close_store(opened)


def test_a_store_is_opened_there(placed: Any) -> None:
    with use_store(placed):
        assert connection.display_name == "MariaDB"
    assert placed.status == "active"
