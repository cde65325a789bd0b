"""Test databases."""

from django.conf import settings
from django_mongodb_backend.creation import DatabaseCreation as MongoDatabaseCreation


class DatabaseCreation(MongoDatabaseCreation):  # type: ignore[misc]
    def _destroy_test_db(self, test_database_name: str, verbosity: int) -> None:
        # At this point the settings still point to the real database.
        settings.DATABASES[self.connection.alias]["NAME"] = test_database_name
        self.connection.settings_dict["NAME"] = test_database_name
        database = self.connection.unscoped_database
        if database.name != test_database_name:
            raise RuntimeError(f"Refusing to empty {database.name}: not the test database.")
        for collection in database.list_collection_names():
            if not collection.startswith("system."):
                database.drop_collection(collection)
