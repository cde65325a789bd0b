"""Sets the search path and the row security settings from the context, at every cursor.

One statement sets both, and only if one of them has changed. `public` is never in the path: a table missing in the
store's schema is an error, not the platform's table of the same name. With no active store, or a store under another
alias, the path is a schema that does not exist.
"""

from typing import Any
from uuid import UUID

from django.db import InternalError
from django_tenants.postgresql_backend import base as tenants
from psycopg import sql

from apps.tenancy.addresses import PinnedConnection, pin_or_fail
from apps.tenancy.backend.scope import (
    EXTENSIONS_SCHEMA,
    NO_ACTIVE_STORE,
    SET_PATH_AND_SCOPE,
    close_scope,
    scope_values,
)
from apps.tenancy.context import RowScope, WrongStore, current_scope, current_store_or_none


class DatabaseWrapper(tenants.DatabaseWrapper):
    """django-tenants' wrapper; schema and actor come from the context instead of from `set_tenant`."""

    def __init__(self, settings_dict: dict[str, Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(_with_reset(settings_dict), *args, **kwargs)
        self._pin_addresses()
        self.schema_name = NO_ACTIVE_STORE
        self._told: tuple[str, RowScope] | None = None
        self._schema_of_transaction: str | None = None
        self._store_of_transaction: UUID | None = None

    def _pin_addresses(self) -> None:
        """The pool of a placed store resolves and checks the host for every connection."""
        pool = self.settings_dict["OPTIONS"].get("pool")
        if self.settings_dict.get("PIN_ADDRESS") and isinstance(pool, dict):
            pool.setdefault("connection_class", PinnedConnection)

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """The host of a placed store comes from user input: see `apps.tenancy.addresses`."""
        if self.settings_dict.get("PIN_ADDRESS") and self.pool is None:
            conn_params = pin_or_fail(conn_params)
        return super().get_new_connection(conn_params)

    def set_tenant(self, tenant: Any, include_public: bool = True) -> None:
        """Called by django-tenants' constructor only; our schema comes from the context."""

    @property
    def transaction_schema(self) -> str | None:
        """The schema an open transaction has worked on, or None. The transaction around a test case does not count."""
        if not self._in_real_transaction():
            self._schema_of_transaction = None
        return self._schema_of_transaction

    @property
    def transaction_store(self) -> UUID | None:
        """The store an open transaction has worked for, or None."""
        return self._store_of_transaction if self.transaction_schema is not None else None

    def _in_real_transaction(self) -> bool:
        return self.in_atomic_block and any(
            not getattr(block, "_from_testcase", False) for block in self.atomic_blocks
        )

    def _handle_search_path(self, cursor: Any = None) -> None:
        wanted = (self._schema_of_context(), current_scope())
        # django-tenants forgets what it has set on close, rollback and savepoint rollback
        if self.search_path_set_schemas and self._told == wanted:
            return
        schema = wanted[0]
        if self._in_real_transaction():
            if self.transaction_schema not in (None, schema):
                raise WrongStore("The active store changed inside an open transaction.")
            store = current_store_or_none()
            self._schema_of_transaction = schema
            self._store_of_transaction = store.id if store is not None else None
        self.schema_name = schema
        self._tell(wanted, cursor)

    def _schema_of_context(self) -> str:
        """A kept connection to another store's database gets an empty search path."""
        store = current_store_or_none()
        primary = self.settings_dict.get("REPLICA_OF", self.alias)
        return store.schema if store is not None and store.alias == primary else NO_ACTIVE_STORE

    def _tell(self, wanted: tuple[str, RowScope], cursor: Any) -> None:
        schema, scope = wanted
        path = f"{sql.Identifier(schema).as_string()}, {EXTENSIONS_SCHEMA}"
        own = self.connection.cursor() if cursor is None else cursor
        try:
            own.execute(SET_PATH_AND_SCOPE, [path, *scope_values(scope)])
        except (InternalError, tenants.psycopg.InternalError):
            # the transaction is already aborted; the next statement fails
            self.search_path_set_schemas, self._told = None, None
        else:
            self.search_path_set_schemas, self._told = [schema, EXTENSIONS_SCHEMA], wanted
        finally:
            if cursor is None:
                own.close()


def _with_reset(settings: dict[str, Any]) -> dict[str, Any]:
    """The settings of an alias with a pool that resets the scope of every returned connection."""
    options = settings.get("OPTIONS", {})
    pool = options.get("pool")
    if not pool:
        return settings
    own = {"reset": close_scope, **(pool if isinstance(pool, dict) else {})}
    return {**settings, "OPTIONS": {**options, "pool": own}}
