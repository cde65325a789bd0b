"""Shared clusters by name: a store's tables are on the one its region names, and nowhere else."""

from typing import Any

import psycopg
import pytest
from django.db import connection, connections, transaction

from apps.common.errors import InvalidInput
from apps.inventory.models import Warehouse
from apps.placements.kinds import placement_of
from apps.provisioning import services as provisioning
from apps.tenancy.aliases import cluster_alias
from apps.tenancy.clusters import list_clusters
from apps.tenancy.context import NoActiveStore, WrongStore, use_store
from tests.support.databases import close_store, open_store

WANTED: dict[str, Any] = {
    "name": "Tea",
    "slug": "tea-far",
    "owner": None,
    "currency": "INR",
    "country": "IN",
}


def test_the_main_cluster_is_always_there(settings: Any) -> None:
    assert list_clusters() == ["main"]
    assert cluster_alias("main") == "default"
    settings.SQL_CLUSTERS = {"eu": "postgresql://x", "asia": "postgresql://y"}
    assert list_clusters() == ["main", "asia", "eu"]


def test_a_cluster_that_is_not_there_is_a_field_error(db: None) -> None:
    with pytest.raises(InvalidInput) as refused:
        provisioning.open_store(region="mars", **WANTED)
    assert refused.value.fields == {"region": ["There is no cluster 'mars'. Clusters: main."]}


def test_a_store_whose_cluster_was_taken_away_is_answered_from_nowhere(store: Any) -> None:
    store.region = "gone"
    type(store).objects.filter(pk=store.pk).update(region="gone")
    with use_store(store), pytest.raises(NoActiveStore):
        Warehouse.objects.count()
    assert not provisioning.check_store(store).is_good


@pytest.mark.matrix
@pytest.mark.django_db(transaction=True)
def test_stores_of_two_clusters_and_two_stores_of_one_never_meet(
    far: str, throwaway_store: Any
) -> None:
    one, two = open_store(region="far"), open_store(region="far")
    for store in (one, two, throwaway_store):
        with use_store(store):
            Warehouse.objects.create(code=store.slug[:20], name=store.slug)
    for store in (one, two, throwaway_store):
        with use_store(store):
            assert [w.name for w in Warehouse.objects.filter(name__startswith="t")] == [store.slug]
    with psycopg.connect(far) as there:
        rows = there.execute(
            "SELECT nspname FROM pg_namespace WHERE nspname LIKE 's\\_%' ORDER BY 1"
        )
        assert [row[0] for row in rows] == sorted([one.schema_name, two.schema_name])
    with connections["platform"].cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [one.schema_name])
        assert cursor.fetchone() is None
    with use_store(one), transaction.atomic():
        Warehouse.objects.count()
        with pytest.raises(WrongStore), use_store(two):
            pass
        with pytest.raises(WrongStore), use_store(throwaway_store):  # on another server, too
            pass
    for store in (one, two):
        placement_of(store).drop()
        with use_store(store), pytest.raises(Exception, match="inventory_warehouse"):
            Warehouse.objects.count()
        connection.close()
        close_store(store)
