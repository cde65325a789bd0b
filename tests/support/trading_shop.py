"""A shop that trades, planted once for all tests of a module: a product, customers, orders, an owner.

Each test sees it as it was planted: rows are rolled back, documents are put back.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from apps.tenancy.context import system_scope, use_store
from apps.tenancy.documents.access import scoped_collection
from tests.support.documents import clean_documents, list_document_models


@dataclass(frozen=True)
class TradingShop:
    store: Any
    documents: dict[type[Any], list[dict[str, Any]]]

    def put_back(self, written: Collection[str]) -> None:
        """The documents of these collections."""
        clean_documents(self.store, only=written)
        with use_store(self.store):
            for model, found in self.documents.items():
                if found and model._meta.db_table in written:
                    scoped_collection(model).insert_many(found)


@pytest.fixture(scope="module")
def trading_shop(django_db_setup: None, django_db_blocker: Any) -> Iterator[TradingShop]:
    """What the fixture `store` of the test's own is, where a test asks for both."""
    from tests.support.acting import seeing_all
    from tests.support.canary import plant
    from tests.support.databases import close_store, open_store

    with django_db_blocker.unblock():
        with system_scope("test"):
            opened = open_store(name="Alpha")
        with seeing_all(opened):
            plant(opened, with_files=False)
        yield TradingShop(opened, _documents_of(opened))
        clean_documents(opened)
        close_store(opened)


def _documents_of(store: Any) -> dict[type[Any], list[dict[str, Any]]]:
    with use_store(store):
        return {model: list(scoped_collection(model).find({})) for model in list_document_models()}
