"""The same searches find the same products in a store on MariaDB as in one on PostgreSQL."""

from typing import Any

import pytest

from apps.catalog.indexing import rebuild_index
from apps.tenancy.context import system_scope, use_store
from tests.search.same_searches import answers, fill
from tests.support.mariadb import placed_on

pytestmark = [
    pytest.mark.matrix,
    pytest.mark.mariadbd,
    pytest.mark.timeout(600),
    pytest.mark.django_db(transaction=True),
]


def test_both_databases_give_the_same_answers(mariadb: Any, throwaway_store: Any) -> None:
    with placed_on(mariadb) as placed, system_scope("test"):
        found = []
        for store in (throwaway_store, placed):
            with use_store(store):
                fill()
                first = answers()
                assert rebuild_index() == 10
                assert answers() == first
                found.append(first)
    assert found[0]["chai relevance"][0][:2] == ["Masala chai", "Chai"]
    for name, answer in found[0].items():
        assert found[1][name] == answer, name
