"""The search path follows the active store, at every cursor.

`SET search_path` is sent only when it must change. `public` is never in it: a table missing in the store's schema is an
error, not the platform's table of the same name. With no active store the path is a schema that does not exist.
"""

from typing import Any

from django.db.backends.postgresql.psycopg_any import sql
from django_tenants.postgresql_backend import base as tenants

from apps.platform.tenancy.addresses import PinnedConnection, pin_or_fail
from apps.platform.tenancy.context import WrongStore, current_store_or_none

NO_ACTIVE_STORE = "no_active_store"
EXTENSIONS_SCHEMA = "extensions"


class DatabaseWrapper(tenants.DatabaseWrapper):
    """django-tenants' wrapper, told its schema by the context instead of by `set_tenant`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._pin_addresses()
        self.schema_name = NO_ACTIVE_STORE
        self._path: str | None = None
        self._schema_of_transaction: str | None = None

    def _pin_addresses(self) -> None:
        """A pool of a placed store's connections resolves and judges the host for every one of them."""
        pool = self.settings_dict["OPTIONS"].get("pool")
        if self.settings_dict.get("PIN_ADDRESS") and isinstance(pool, dict):
            pool.setdefault("connection_class", PinnedConnection)

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """The host of a placed store was typed in by somebody: see `apps.platform.tenancy.addresses`."""
        if self.settings_dict.get("PIN_ADDRESS") and not self.settings_dict["OPTIONS"].get("pool"):
            conn_params = pin_or_fail(conn_params)
        return super().get_new_connection(conn_params)

    def set_tenant(self, tenant: Any, include_public: bool = True) -> None:
        """Called by django-tenants' constructor only; our schema comes from the context."""

    @property
    def transaction_schema(self) -> str | None:
        """The schema an open transaction has worked on, or None. The wrapping of a test case is not one."""
        if not self._in_real_transaction():
            self._schema_of_transaction = None
        return self._schema_of_transaction

    def _in_real_transaction(self) -> bool:
        return self.in_atomic_block and any(
            not getattr(block, "_from_testcase", False) for block in self.atomic_blocks
        )

    def _handle_search_path(self, cursor: Any = None) -> None:
        store = current_store_or_none()
        # a connection that was kept from another store's database must not find anything there
        mine = store is not None and store.alias == self.alias
        schema = store.schema if store is not None and mine else NO_ACTIVE_STORE
        # django-tenants forgets what it has set on close, rollback and savepoint rollback
        if self.search_path_set_schemas and self._path == schema:
            return
        if self._in_real_transaction():
            if self.transaction_schema not in (None, schema):
                raise WrongStore("The active store changed inside an open transaction.")
            self._schema_of_transaction = schema
        self.schema_name = schema
        self._set_search_path(schema, cursor)

    def _set_search_path(self, schema: str, cursor: Any) -> None:
        statement = sql.SQL("SET search_path = {}, {}").format(
            sql.Identifier(schema), sql.Identifier(EXTENSIONS_SCHEMA)
        )
        own = self.connection.cursor() if cursor is None else cursor
        try:
            own.execute(statement)
        except tenants.psycopg.InternalError:
            # the transaction is already broken; the next statement fails by itself
            self.search_path_set_schemas, self._path = None, None
        else:
            self.search_path_set_schemas, self._path = [schema, EXTENSIONS_SCHEMA], schema
        finally:
            if cursor is None:
                own.close()
