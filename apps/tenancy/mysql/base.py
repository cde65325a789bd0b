"""Django's MySQL backend over PyMySQL, made to mean the same as PostgreSQL wherever a store would notice.

- Text is compared byte by byte, trailing spaces included: `sku-1` and `SKU-1` are two articles.
- `iexact` and `icontains` fold case with LOWER(), on both sides, as PostgreSQL does.
- Every session is strict, in UTC and READ COMMITTED, set in one statement when it begins.
- Keys of type UUID are `varchar(32)` on every version: MariaDB's own type sorts them differently before 10.11.5, a
  server that is upgraded would change the type under existing columns, and generated columns can't use `char`.
- TLS modes have the names PostgreSQL gave them (`sslmode`), and `require` never falls back to plain text.

PyMySQL replaces mysqlclient by its own `install_as_MySQLdb()`; it reports the version of mysqlclient whose
interface it has (2.2), which is what Django asks for. It must be called before Django's backend is imported.
"""

import sys
from importlib import import_module
from typing import Any, ClassVar, Final

import pymysql

pymysql.install_as_MySQLdb()
for _part in ("err", "constants", "constants.CLIENT", "constants.FIELD_TYPE", "converters"):
    # or importing `MySQLdb.converters` would load a second copy, whose error classes no handler catches
    sys.modules[f"MySQLdb.{_part}"] = import_module(f"pymysql.{_part}")

from django.core.exceptions import ImproperlyConfigured  # noqa: E402  after the line above
from django.db.backends.base.base import BaseDatabaseWrapper  # noqa: E402
from django.db.backends.mysql import base as django_mysql  # noqa: E402
from django.utils.functional import cached_property  # noqa: E402

from apps.tenancy.mysql.addresses import connect_pinned  # noqa: E402
from apps.tenancy.mysql.features import DatabaseFeatures  # noqa: E402
from apps.tenancy.mysql.operations import DatabaseOperations  # noqa: E402
from apps.tenancy.mysql.schema import DatabaseSchemaEditor  # noqa: E402
from apps.tenancy.mysql.tls import tls_parameters  # noqa: E402

OLDEST_PYMYSQL: Final = (1, 1, 1)  # older ones fall back to plain text when a server refuses TLS
SQL_MODE: Final = ",".join(
    (
        "STRICT_ALL_TABLES",
        "STRICT_TRANS_TABLES",
        "ERROR_FOR_DIVISION_BY_ZERO",
        "NO_ZERO_DATE",
        "NO_ZERO_IN_DATE",
        "NO_ENGINE_SUBSTITUTION",
    )
)
# The settings of a session. PyMySQL's connections are named by alias in Django, one per thread.
SESSION: Final = (
    "SET SESSION sql_mode = '{mode}', time_zone = '+00:00', {isolation} = 'READ-COMMITTED', "
    "collation_connection = '{collation}', innodb_lock_wait_timeout = {lock_wait}, foreign_key_checks = 1"
)
LOCK_WAIT_SECONDS: Final = 20

DjangoWrapper: Any = django_mysql.DatabaseWrapper  # the type stubs know only part of it

if pymysql.VERSION[:3] < OLDEST_PYMYSQL:
    raise ImproperlyConfigured("PyMySQL 1.1.1 or newer is needed for stores on MariaDB or MySQL.")


class DatabaseWrapper(DjangoWrapper):
    """One thread's connection to a store's MariaDB or MySQL database."""

    SchemaEditorClass = DatabaseSchemaEditor
    features_class = DatabaseFeatures
    ops_class = DatabaseOperations

    # The collation of our tables is binary: `LIKE BINARY` (deprecated in MySQL 8) is not needed.
    operators: ClassVar = {
        **DjangoWrapper.operators,
        "iexact": "LIKE LOWER(%s)",
        "contains": "LIKE %s",
        "icontains": "LIKE LOWER(%s)",
        "startswith": "LIKE %s",
        "endswith": "LIKE %s",
        "istartswith": "LIKE LOWER(%s)",
        "iendswith": "LIKE LOWER(%s)",
    }
    pattern_ops: ClassVar = {
        "contains": "LIKE CONCAT('%%', {}, '%%')",
        "icontains": "LIKE LOWER(CONCAT('%%', {}, '%%'))",
        "startswith": "LIKE CONCAT({}, '%%')",
        "istartswith": "LIKE LOWER(CONCAT({}, '%%'))",
        "endswith": "LIKE CONCAT('%%', {})",
        "iendswith": "LIKE LOWER(CONCAT('%%', {}))",
    }

    # What the migration that runs has already done in an earlier, interrupted run; see `journal.py`.
    journal: Any = None

    @cached_property
    def data_types(self) -> dict[str, str]:
        return {
            **self._data_types,
            "UUIDField": "varchar(32) CHARACTER SET ascii COLLATE ascii_bin",
        }

    @property
    def table_collation(self) -> str:
        """Binary and without padding: `a` and `a ` differ, as they do in PostgreSQL."""
        return "utf8mb4_nopad_bin" if self.mysql_is_mariadb else "utf8mb4_0900_bin"

    def get_connection_params(self) -> dict[str, Any]:
        parameters: dict[str, Any] = super().get_connection_params()
        mode = parameters.pop("sslmode", "prefer")
        certificate = parameters.pop("certificate", None)
        return parameters | tls_parameters(mode, certificate)

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """The host of a placed store comes from user input: see `apps.tenancy.addresses`."""
        if not self.settings_dict.get("PIN_ADDRESS"):
            return super().get_new_connection(conn_params)
        return connect_pinned(conn_params)

    def init_connection_state(self) -> None:
        """One statement, built from the server's greeting."""
        is_mariadb = "mariadb" in self.connection.get_server_info().lower()
        statement = SESSION.format(
            mode=SQL_MODE,
            isolation="tx_isolation" if is_mariadb else "transaction_isolation",
            collation="utf8mb4_nopad_bin" if is_mariadb else "utf8mb4_0900_bin",
            lock_wait=LOCK_WAIT_SECONDS,
        )
        with self.cursor() as cursor:
            cursor.execute(statement)
        BaseDatabaseWrapper.init_connection_state(self)  # the check of the version

    @cached_property
    def mysql_server_data(self) -> dict[str, Any]:
        """The facts that Django queries from a server, without a query: the handshake contains the version, and
        Polystore sets the session."""
        with self.temporary_connection():
            version = self.connection.get_server_info().removeprefix("5.5.5-")
        return {
            "version": version,
            "sql_mode": SQL_MODE,
            "default_storage_engine": "InnoDB",
            "sql_auto_is_null": False,
            "lower_case_table_names": 0,
            "has_zoneinfo_database": True,
        }
