"""What schema-based sharding needs of us, as far as one machine without Citus can show."""

from typing import Any

import pytest
from django.db import connections

from apps.placements.release import template
from apps.tenancy.citus import SHARDING, check_citus
from apps.tenancy.context import use_store
from tests.support.databases import open_store
from tests.support.documents import documents

pytestmark = pytest.mark.matrix


def sent_while_opening() -> list[str]:
    sent: list[str] = []

    def watch(execute: Any, sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
        sent.append(str(sql)[:80])
        return execute(sql, params, many, context)

    with connections["default"].execute_wrapper(watch):
        open_store()
    return sent


def test_a_schema_is_made_by_itself_and_distributed_where_citus_runs(
    db: None, settings: Any
) -> None:
    settings.CITUS_CLUSTERS = ["main"]
    sent = sent_while_opening()
    at = next(n for n, sql in enumerate(sent) if sql.startswith("CREATE SCHEMA"))
    assert ";" not in sent[at], "no table in the same statement"
    assert sent[at - 1] == f"SET LOCAL {SHARDING} TO ON"
    assert sent[at + 1] == f"SET LOCAL {SHARDING} TO OFF"


def test_elsewhere_nothing_is_said_of_it(db: None) -> None:
    assert not [sql for sql in sent_while_opening() if SHARDING in sql]


def test_the_template_stays_where_it_is(db: None, settings: Any) -> None:
    """It is a workbench, no store: a distributed one would only take a node's room."""
    settings.CITUS_CLUSTERS = ["main"]
    sent: list[str] = []

    def watch(execute: Any, sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
        sent.append(str(sql))
        return execute(sql, params, many, context)

    with connections["default"].execute_wrapper(watch):
        template.build_template(force=True)
    assert sent
    assert not [sql for sql in sent if SHARDING in sql]


def test_a_cluster_without_citus_is_refused_at_the_check(db: None, settings: Any) -> None:
    assert check_citus(None) == []
    settings.CITUS_CLUSTERS = ["main", "nowhere"]
    found = check_citus(None)
    assert [each.id for each in found] == ["tenancy.E012", "tenancy.E011"]
    assert "has no Citus" in found[0].msg


def test_no_table_of_a_store_points_out_of_its_schema(store: Any) -> None:
    """Citus forbids it between distributed schemas; a store that moves between nodes could not take it along."""
    with use_store(store), connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint c JOIN pg_class t ON t.oid = c.confrelid "
            "WHERE c.connamespace = current_schema()::regnamespace AND c.contype = 'f' "
            "AND t.relnamespace <> c.connamespace"
        )
        assert cursor.fetchall() == []


def test_ids_are_made_by_us_or_big(store: Any) -> None:
    """Integer identity columns can be filled through Citus' coordinator only: those of Django's own apps remain."""
    with use_store(store), connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.columns WHERE table_schema = current_schema() "
            "AND is_identity = 'YES' AND data_type <> 'bigint'"
        )
        tables = {row[0] for row in cursor.fetchall()}
    assert all(name.startswith(("auth_", "django_", "account_")) for name in tables), tables


@pytest.mark.parametrize("collection", ["products", "categories", "carts"])
def test_unique_indexes_of_documents_begin_with_the_store(db: None, collection: str) -> None:
    """Sharding by `{store: 1}` asks for it: a shard can only watch over what it holds itself."""
    connection = documents()
    connection.ensure_connection()
    indexes = connection.database[collection].index_information()
    unique = [each["key"][0][0] for each in indexes.values() if each.get("unique")]
    assert unique, "there are unique indexes to look at"
    assert set(unique) == {"store"}
