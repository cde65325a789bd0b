"""The settings of a connection, sent in one statement: the schema, and whose rows it shows.

The policies (`apps/tenancy/row_security.py`) read only these settings. A connection without them shows no person's row:
`sees_all` is then not a boolean, and the policies fail with that text instead of hiding rows.
"""

from typing import Any, Final

from apps.tenancy.context import RowScope

NO_ACTIVE_STORE: Final = "no_active_store"
EXTENSIONS_SCHEMA: Final = "extensions"
NO_ACTOR: Final = "no actor: use system_scope() or use_actor()"

_SCOPE: Final = (
    "pg_catalog.set_config('polystore.sees_all', %s, false), "
    "pg_catalog.set_config('polystore.person', %s, false), "
    "pg_catalog.set_config('polystore.order_token', %s, false)"
)
SET_PATH_AND_SCOPE: Final = f"SELECT pg_catalog.set_config('search_path', %s, false), {_SCOPE}"


def scope_values(scope: RowScope) -> list[str]:
    """The values of the settings: `on`, `off` or a sentence; a person's id or nothing; a token or nothing."""
    sees_all = NO_ACTOR if scope.sees_all is None else "on" if scope.sees_all else "off"
    return [sees_all, str(scope.person or ""), scope.order_token]


def close_scope(connection: Any) -> None:
    """The reset of a pooled connection: clears store and person for the next user."""
    path = f"{NO_ACTIVE_STORE}, {EXTENSIONS_SCHEMA}"
    connection.execute(SET_PATH_AND_SCOPE, [path, *scope_values(RowScope())])
