"""What the tests of stores on MariaDB share: databases to place a store in, and what a server holds."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from apps.tenancy.connections import forget_database
from tests.support.databases import close_store, open_store
from tests.support.documents import clean_documents
from tests.support.mariadb_server import MariaDB

# Everything a migration makes, in words that are the same in two databases.
CATALOG = {
    "columns": """SELECT table_name, column_name, column_type, is_nullable, column_default, collation_name, extra,
        generation_expression FROM information_schema.columns WHERE table_schema = %s ORDER BY 1, 2""",
    "indexes": """SELECT table_name, index_name, seq_in_index, column_name, non_unique
        FROM information_schema.statistics WHERE table_schema = %s ORDER BY 1, 2, 3""",
    "keys": """SELECT table_name, constraint_name, column_name, referenced_table_name, referenced_column_name
        FROM information_schema.key_column_usage WHERE table_schema = %s ORDER BY 1, 2, 3""",
    "checks": """SELECT table_name, constraint_name, check_clause FROM information_schema.check_constraints
        WHERE constraint_schema = %s ORDER BY 1, 2""",
    "triggers": """SELECT event_object_table, trigger_name, event_manipulation, action_statement
        FROM information_schema.triggers WHERE trigger_schema = %s ORDER BY 1, 2""",
    "tables": """SELECT table_name, engine, table_collation FROM information_schema.tables
        WHERE table_schema = %s ORDER BY 1""",
}


def read_catalog(server: MariaDB, database: str) -> dict[str, list[Any]]:
    return {kind: list(server.run(sql, (database,))) for kind, sql in CATALOG.items()}


@contextmanager
def placed_on(server: MariaDB, **wanted: Any) -> Iterator[Any]:
    """An open store in a database of its own, some ten seconds. Nothing of it is left."""
    config = server.make_database()
    store = open_store(database_type="mysql", config=config, **wanted)
    yield store
    clean_documents(store)
    forget_database(store.active_store.alias)
    close_store(store)
    server.drop_database(config["database"])
