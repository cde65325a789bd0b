"""What our stores may rely on, on both servers and all supported versions."""

from typing import Any

from django.db.backends.mysql import features
from django.utils.functional import cached_property

DjangoFeatures: Any = features.DatabaseFeatures  # the type stubs know only part of it


class DatabaseFeatures(DjangoFeatures):
    has_native_uuid_field = False  # see `base.py`
    ignores_table_name_case = False  # our names are lower-case

    @cached_property
    def minimum_database_version(self) -> tuple[int, ...]:
        """MariaDB 10.6: SKIP LOCKED and definitions that are atomic one by one. MySQL 8.0.17: a binary collation
        without padding."""
        return (10, 6) if self.connection.mysql_is_mariadb else (8, 0, 17)
