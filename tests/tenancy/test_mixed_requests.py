"""Thousands of requests at once over stores on all four kinds of place, pools on: not one foreign row."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from apps.catalog import services as catalog
from apps.catalog.inputs import CategoryInput, PriceInput, ProductInput, VariantInput
from apps.inventory.models import Warehouse
from tests.support.acting import seeing_all
from tests.support.databases import ENVIRONMENT, close_store, open_store
from tests.support.documents import clean_documents
from tests.support.mariadb import placed_on

pytestmark = [
    pytest.mark.matrix,
    pytest.mark.mariadbd,
    pytest.mark.pgbouncer,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(500),
]
ROOT = Path(__file__).resolve().parents[2]
REQUESTS = 2_000


@pytest.fixture
def everywhere(
    throwaway_store: Any, placed_store: Any, far: str, mariadb: Any
) -> Iterator[list[Any]]:
    """Two stores of the shared cluster, one of another cluster, one with a PostgreSQL and one with a MariaDB of its own."""
    second, other_cluster = open_store(), open_store(region="far")
    with placed_on(mariadb) as on_mariadb:
        stores = [throwaway_store, second, other_cluster, placed_store, on_mariadb]
        for store in stores:
            stock(store)
        yield stores
    for store in (second, other_cluster):
        clean_documents(store)
        close_store(store)
    clean_documents(placed_store)


def stock(store: Any) -> None:
    """Rows and documents that say whose they are."""
    with seeing_all(store):
        Warehouse.objects.create(code="OWN", name=store.slug)
        category = catalog.create_category(data=CategoryInput(name="Things"))
        catalog.save_product(
            data=ProductInput(
                title=f"Only at {store.slug}",
                status="active",
                category_ids=[category.pk],
                variants=[
                    VariantInput(sku="ONE", prices=[PriceInput(currency="INR", amount_minor=100)])
                ],
            )
        )


def run(stores: list[Any], far: str, *, address: str) -> dict[str, Any]:
    environment = {
        **ENVIRONMENT,
        "DJANGO_SETTINGS_MODULE": "config.settings.development",
        "DEBUG": "false",
        "DATABASE_URL": address,
        "SQL_CLUSTERS": f"far={far}",
        "MONGODB_NAME": connections["documents"].settings_dict["NAME"],
        "MONGODB_DEV_NAME": connections["documents_dev"].settings_dict["NAME"],
        "CACHE_PREFIX": f"mixed-{stores[0].slug}",
        "DATABASE_POOL_SIZE": "6",
    }
    environment.pop("POLYSTORE_EMBEDDED", None)
    command = [sys.executable, "-m", "tests.support.mixed_requests", str(REQUESTS)]
    done = subprocess.run(
        [*command, *(store.slug for store in stores)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return dict(json.loads(done.stdout.splitlines()[-1]))


def test_no_foreign_row_in_thousands_of_requests(
    everywhere: list[Any], far: str, session_bouncer: Any
) -> None:
    sql = connections["platform"].settings_dict
    direct = (
        f"postgresql://{sql['USER']}:{sql['PASSWORD']}@{sql['HOST']}:{sql['PORT']}/{sql['NAME']}"
    )
    for address in (direct, session_bouncer.address_of(direct)):
        assert run(everywhere, far, address=address) == {"answers": REQUESTS, "leaks": []}
