"""Points Django at our compilers; empties collections for the test runner only."""

from django_mongodb_backend.operations import DatabaseOperations as MongoDatabaseOperations


class DatabaseOperations(MongoDatabaseOperations):  # type: ignore[misc]
    compiler_module = "apps.tenancy.documents.compiler"

    def execute_sql_flush(self, tables: list[str]) -> None:
        """`manage.py flush` and TransactionTestCase: empties the collections for every store."""
        for table in tables:
            if not table.startswith("system."):
                self.connection.unscoped_collection(table).delete_many({})
