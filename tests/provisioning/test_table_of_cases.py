"""Opening a store where something already is: ours is continued, anything else is refused before it is touched."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import connections

from apps.placements.base import PlaceContents
from apps.placements.kinds import placement_of
from apps.platform.models import Store
from apps.platform.states import JobStatus, StoreStatus
from apps.provisioning import services as provisioning
from apps.tenancy.context import use_store

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.soak]


@pytest.fixture(params=["shared", "own"])
def store(request: pytest.FixtureRequest) -> Any:
    """An open store on the shared cluster, and one in a database of its own."""
    found: Store = request.getfixturevalue(
        {"shared": "throwaway_store", "own": "placed_store"}[request.param]
    )
    return found


def execute(store: Store, *statements: str) -> None:
    with use_store(store), connections["default"].cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def holds(store: Store) -> PlaceContents:
    return placement_of(store).occupancy().contents


def provision_again(store: Store) -> Any:
    """As if the worker had died before the last step."""
    Store.objects.filter(pk=store.pk).update(status=StoreStatus.PROVISIONING)
    job = store.provisioning_job
    type(job).objects.filter(pk=job.pk).update(status=JobStatus.QUEUED)
    job.refresh_from_db()
    return provisioning.run_provisioning(job)


def test_an_empty_place_holds_nothing_and_a_view_is_something(store: Store) -> None:
    placement_of(store).drop()
    assert holds(store) is PlaceContents.NOTHING
    execute(store, f'CREATE SCHEMA "{store.schema_name}"')
    assert holds(store) is PlaceContents.NOTHING
    execute(store, "CREATE VIEW orders_order AS SELECT 1")
    assert holds(store) is PlaceContents.SOMETHING_ELSE


def test_our_own_and_current_is_left_as_it_is(store: Store, monkeypatch: Any) -> None:
    assert holds(store) is PlaceContents.CURRENT
    placement = type(placement_of(store))
    monkeypatch.setattr(placement, "create", lambda self: pytest.fail("created again"))
    assert provision_again(store).status == JobStatus.SUCCEEDED


def test_our_own_and_older_is_migrated(store: Store, monkeypatch: Any) -> None:
    execute(store, "DELETE FROM django_migrations WHERE app = 'orders'")
    assert holds(store) is PlaceContents.OLDER
    migrated = []
    placement = type(placement_of(store))
    monkeypatch.setattr(
        placement, "migrate", lambda self: migrated.append(self.active_store) or False
    )
    assert provision_again(store).status == JobStatus.SUCCEEDED
    assert migrated == [store.active_store]


def test_a_table_of_another_shape_is_refused_untouched(store: Store) -> None:
    for statement, words in (
        (
            "ALTER TABLE orders_order ALTER COLUMN currency TYPE text",
            "other columns than a store's",
        ),
        ("DROP TABLE orders_orderevent CASCADE", "other columns than a store's: orders_order"),
        (
            "ALTER TABLE orders_order ALTER COLUMN currency TYPE varchar(3)",
            "missing: orders_orderev",
        ),
    ):
        execute(store, statement)
        found = placement_of(store).occupancy()
        assert found.contents is PlaceContents.SOMETHING_ELSE
        assert words in found.sentence
    before = placement_of(store).list_tables()
    stopped = provision_again(store)
    assert stopped.status == JobStatus.FAILED
    assert stopped.error == found.sentence
    assert placement_of(store).list_tables() == before


def test_a_schema_of_another_store_is_refused(store: Store) -> None:
    mark = f"COMMENT ON SCHEMA \"{store.schema_name}\" IS 'polystore store {uuid4()}'"
    execute(store, mark)
    found = placement_of(store).occupancy()
    assert found.contents is PlaceContents.ANOTHER_STORE
    assert found.is_refused
    assert provision_again(store).status == JobStatus.FAILED
    placement_of(store).drop()
    execute(store, f'CREATE SCHEMA "{store.schema_name}"', mark)
    assert holds(store) is PlaceContents.ANOTHER_STORE


def test_tables_of_strangers_are_refused_with_their_names(store: Store) -> None:
    placement_of(store).drop()
    execute(
        store,
        f'CREATE SCHEMA "{store.schema_name}"',
        "CREATE TABLE orders_order (precious text)",
        "INSERT INTO orders_order VALUES ('mine')",
    )
    found = placement_of(store).occupancy()
    assert found.contents is PlaceContents.SOMETHING_ELSE
    assert "orders_order" in found.sentence
    assert provision_again(store).status == JobStatus.FAILED
    with use_store(store), connections["default"].cursor() as cursor:
        cursor.execute("SELECT precious FROM orders_order")
        assert cursor.fetchall() == [("mine",)]


def test_a_schema_of_the_shared_cluster_from_before_the_marks_is_ours(
    throwaway_store: Store, placed_store: Store
) -> None:
    """Nobody else can make schemas on the platform's own cluster; on a merchant's server anybody can."""
    for store, expected in (
        (throwaway_store, PlaceContents.CURRENT),
        (placed_store, PlaceContents.SOMETHING_ELSE),
    ):
        execute(store, f'COMMENT ON SCHEMA "{store.schema_name}" IS NULL')
        assert holds(store) is expected


def test_nothing_of_a_placed_store_is_in_public(placed_store: Store) -> None:
    with use_store(placed_store), connections["default"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_catalog.pg_tables WHERE schemaname = 'public'")
        assert cursor.fetchone() == (0,)
        cursor.execute("SHOW search_path")
        assert cursor.fetchone() == (f'"{placed_store.schema_name}", extensions',)


def test_new_credentials_of_a_stopped_opening_take_effect_at_once(
    empty_database: dict[str, Any],
) -> None:
    """This process has already tried with the wrong ones."""
    from apps.tenancy.connections import forget_database
    from tests.support.databases import close_store

    job = provisioning.open_store(
        name="Tea", slug="tea-again", owner=None, currency="INR", country="IN", start=False,
        database_type="postgresql", config={**empty_database, "password": "wrong-canary"},
    )  # fmt: skip
    stopped = provisioning.run_provisioning(job)
    assert "refuses this user and password" in stopped.error
    assert "canary" not in stopped.error
    again = provisioning.request_provisioning(
        store=job.store, database_type="postgresql", config=empty_database, start=False
    )
    done = provisioning.run_provisioning(again)
    assert (done.status, done.error) == (JobStatus.SUCCEEDED, "")
    store = Store.objects.get(pk=done.store_id)
    assert (store.database_host, store.database_name) == ("127.0.0.1", empty_database["database"])
    forget_database(store.active_store.alias)
    close_store(store)
